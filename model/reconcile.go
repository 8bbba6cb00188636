package model

func reconcile(m *Model) []Question { return nil }
