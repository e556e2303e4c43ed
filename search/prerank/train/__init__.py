"""How prerank is trained: `sources` of queries whose answers are known, clicks among them → `examples` → `lambdamart`."""
