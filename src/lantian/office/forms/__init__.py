"""A form has one effect, however often it is sent: double click, back button, replay."""
