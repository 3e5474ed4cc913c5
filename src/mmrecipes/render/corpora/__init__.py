"""Invented, realistic content for tables and charts: names (`names`) and topics (`topics`); nothing is downloaded."""
