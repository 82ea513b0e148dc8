"""AWS::Serverless: what the transform makes of SAM's resources."""
