"""What watches over Mercat, as code: alerts, recording rules and dashboards, and their files."""
