package openapi_test

import (
	"fmt"
	"testing"

	"plumb.dev/plumb/arch/archtest"
	"plumb.dev/plumb/emit/openapi"
)

func BenchmarkFiles(b *testing.B) {
	for _, n := range []int{50, 500} {
		a := archtest.Generated(n)
		b.Run(fmt.Sprintf("resources=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				files, err := openapi.Files(a)
				if err != nil {
					b.Fatal(err)
				}
				size = 0
				for _, f := range files {
					size += len(f.Data)
				}
			}
			b.SetBytes(int64(size))
		})
	}
}
