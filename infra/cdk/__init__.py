"""What the services share at run time, as CloudFormation templates."""
