"""Jobs of HJ 212: streams of frames decoded, packets encoded."""
