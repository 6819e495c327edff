"""The main job, end to end, on real parts: what a newcomer watches and what the build server believes."""
