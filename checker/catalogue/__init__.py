"""The catalogue of controls as pages for people: what each control asks, reads and is measured by."""
