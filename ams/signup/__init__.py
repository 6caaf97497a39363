"""The join wizard: one question a page, nothing lost, answers sealed until they are sent."""
