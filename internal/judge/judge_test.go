package judge_test

import (
	"testing"

	"plumb.dev/plumb/internal/judge"
)

func TestCleanFixturesAreAccepted(t *testing.T) {
	jobs := judge.Dir(t, "../../tools/judge/testdata/clean")
	for _, j := range jobs {
		t.Log(j)
	}
	judge.Clean(t, jobs...)
}
