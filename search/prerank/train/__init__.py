"""How prerank is trained without a single click: `sources` of queries whose answers are known → `examples` → `lambdamart`."""
