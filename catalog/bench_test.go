package catalog

import "testing"

// Reading the shipped files is part of every run of the program.
func BenchmarkReadBuiltin(b *testing.B) {
	for b.Loop() {
		readBuiltin()
	}
}
