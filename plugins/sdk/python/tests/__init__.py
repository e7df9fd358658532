"""Tests of the SDK: `python -m unittest` in the folder `plugins/sdk/python`. Nothing needs to be installed."""
