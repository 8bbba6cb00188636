package sim

import (
	"context"
	"errors"
	"math"
	"sync"

	"plumb.dev/plumb/arch"
)

// batch runs scenarios side by side. The unit of work is one replication, whichever
// scenario it belongs to, so that no processor waits for the last replication of one.
//
// How a scenario is sized depends on the events that those before it made. What is
// begun before these have ended is sized by what they are expected to make, and
// sized again once that is known: replications that are missing then are made, and
// those too many are dropped. So the results are those of one scenario after the
// other, whatever the number of workers.
type batch struct {
	ctx     context.Context
	a       *arch.Arch
	effort  *Effort
	jobs    []*job
	mutex   sync.Mutex
	changed *sync.Cond
	err     error
}

// job is a scenario of a batch.
type job struct {
	chosen Scenario
	among  int     // scenarios from this one on, for its share of what is left
	fixed  *fitted // as it was sized before; nil where it is to be sized
	fitted
	ready   *ready // nil until it is sized, and where it is left out
	sized   bool
	final   bool // sized by what was made before, not by what is expected
	begun   int  // replications
	tallies []*tally
	closed  bool // nothing is left to be done
	result  Result
}

func newBatch(ctx context.Context, a *arch.Arch, e *Effort) *batch {
	b := &batch{ctx: ctx, a: a, effort: e}
	b.changed = sync.NewCond(&b.mutex)
	return b
}

func (b *batch) add(s Scenario, among int) {
	s.Workers = b.effort.Workers
	if s.Seed == 0 {
		s.Seed = b.effort.Seed
	}
	b.jobs = append(b.jobs, &job{chosen: s, among: among})
}

// again adds a scenario as it was sized for an earlier run.
func (b *batch) again(s Scenario, t *arch.Trial) {
	b.add(s, 1)
	j := b.jobs[len(b.jobs)-1]
	j.fixed = &fitted{Scenario: j.chosen, flows: t.Flows, cost: uint64(t.Events)}
}

// run ends with all jobs closed. The error is that of the context when it ends before.
func (b *batch) run() error {
	var group sync.WaitGroup
	for range max(b.effort.Workers, 1) {
		group.Go(b.work)
	}
	group.Wait()
	if err := b.ctx.Err(); err != nil {
		return err
	}
	return b.err
}

// work makes replications until there are none left to make.
func (b *batch) work() {
	var e *engine
	var of *ready
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for {
		j, n := b.next()
		if j == nil {
			return
		}
		r := j.ready
		b.mutex.Unlock()
		if of != r {
			e, of = newEngine(r.c.net, r.p), r
		}
		t := e.replication(n)
		b.mutex.Lock()
		if j.ready == r && n < len(j.tallies) { // else it was sized anew meanwhile
			j.tallies[n] = &t
			b.tell(j)
		}
		b.changed.Broadcast()
	}
}

// next is the next replication to be made; nil when there is none, or no more is to
// be made. It waits where that is not known yet.
func (b *batch) next() (*job, int) {
	for b.ctx.Err() == nil && b.err == nil {
		open := b.settle()
		if open == len(b.jobs) {
			return nil, 0
		}
		for i := open; i < len(b.jobs); i++ {
			j := b.jobs[i]
			if !j.sized {
				b.size(j, b.spent(i))
			}
			if j.ready != nil && j.begun < j.Replications {
				j.begun++
				return j, j.begun - 1
			}
		}
		if b.err == nil {
			b.changed.Wait()
		}
	}
	b.changed.Broadcast()
	return nil, 0
}

// settle closes jobs, in order, as far as they are done, and returns the first that
// is not.
func (b *batch) settle() int {
	for i, j := range b.jobs {
		if j.closed {
			continue
		}
		if !j.final {
			b.size(j, b.spent(i))
			j.final = true
		}
		if b.err != nil || j.ready != nil && j.done() < j.Replications {
			return i
		}
		j.close()
		b.changed.Broadcast()
	}
	return len(b.jobs)
}

// spent are the events before a job: those that were made, and of what is under way
// those expected.
func (b *batch) spent(before int) float64 {
	sum := float64(b.effort.Spent)
	for _, j := range b.jobs[:before] {
		switch {
		case j.closed:
			sum += float64(j.result.Events)
		case j.ready != nil:
			sum += float64(j.cost)
		}
	}
	return sum
}

// size sizes a job after so many events before it, and keeps what was made of it where
// only the number of replications changes by that.
func (b *batch) size(j *job, spent float64) {
	budget := float64(b.effort.Budget)
	var f fitted
	if j.fixed != nil {
		f = *j.fixed
	} else {
		f = fit(b.a, j.chosen, budget, math.Max(0, budget-spent), j.among)
	}
	kept := j.ready != nil && f.without == "" && f.For == j.For && f.WarmUp == j.WarmUp && f.Events == j.Events
	j.fitted, j.sized = f, true
	if !kept {
		j.ready, j.begun, j.tallies = nil, 0, nil
		if f.without != "" {
			return
		}
		r, problems := makeReady(b.ctx, b.a, f.Scenario)
		if problems.HasErrors() && f.Given { // it names what this design does not have
			j.without = problems[0].Message
			return
		}
		if problems.HasErrors() {
			b.err = errors.New("sim: a chosen scenario is refused: " + problems[0].Message)
			return
		}
		j.ready = r
	}
	j.ready.c.s.Replications = f.Replications
	j.begun = min(j.begun, f.Replications)
	for len(j.tallies) < f.Replications {
		j.tallies = append(j.tallies, nil)
	}
	j.tallies = j.tallies[:f.Replications]
}

// done is how many replications are made.
func (j *job) done() (n int) {
	for _, t := range j.tallies {
		if t != nil {
			n++
		}
	}
	return n
}

// close puts the replications together and lets go of them.
func (j *job) close() {
	j.closed = true
	if j.ready == nil {
		return
	}
	tallies := make([]tally, len(j.tallies))
	for i, t := range j.tallies {
		tallies[i] = *t
	}
	j.result = j.ready.result(tallies)
	j.ready, j.tallies = nil, nil
}

// tell tells how far a job is.
func (b *batch) tell(j *job) {
	if b.effort.Progress != nil {
		b.effort.Progress(j.Name, j.done(), j.Replications)
	}
}
