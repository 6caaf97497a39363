"""The member directory: members find each other, as far as each of them said yes, field by field."""
