"""What a loaded model can do: sample, reconstruct, translate, classify; and where models are stored."""
