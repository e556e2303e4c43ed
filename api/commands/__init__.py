"""The verbs of `shuangta`, one module for each or for a family of them; what they need is imported when they run."""
