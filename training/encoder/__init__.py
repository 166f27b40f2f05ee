"""Build the sentence encoder: all-MiniLM-L6-v2 as one int8 ONNX file, without PyTorch."""
