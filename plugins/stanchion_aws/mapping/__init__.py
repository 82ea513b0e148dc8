"""How Terraform's AWS types and attributes are called in CloudFormation's schema.

`derived.tsv` is found by name (tools/gen_mapping.py); the modules beside it are written by hand and override it;
`table.tsv` is the two put together, and the only file that a run reads. After a change of a module run
`python tools/gen_mapping.py`.
"""
