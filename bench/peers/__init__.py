"""What users would pick instead of the product, each with the reference policy in its users' best form."""
