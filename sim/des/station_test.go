package des_test

import (
	"plumb.dev/plumb/sim/des"
)

// station is one service station in all the variants that closed forms know:
// several servers, limited room, patience, open arrivals or a closed
// population.
type station struct {
	gap, serve des.Dist
	servers    int
	room       int      // customers in all, 0 for no limit
	patience   des.Dist // a customer who has waited longer is dropped at dequeue
	impatient  bool
	sources    int // closed population whose members think for a gap; 0 for open arrivals

	arrived, lost, dropped, delayed uint64
	waits, sojourns                 des.Histogram // of those served
	givenUp, waitSquares            float64       // nanoseconds waited in vain; squares of the others' waits
	present, busy, empty            des.Level

	calendar                     *des.Calendar
	arrivals, services, patients des.Stream
	queue                        des.FIFO[waiting]
}

type waiting struct{ came, patience des.Time }

const (
	arrives des.Kind = iota
	departs
)

// run serves customers arrivals after a warm-up of a tenth of them.
func (s *station) run(seed, customers uint64) {
	s.calendar = des.NewCalendar(des.Forever, 1<<62)
	s.arrivals, s.services, s.patients = des.NewStream(seed, 1), des.NewStream(seed, 2), des.NewStream(seed, 3)
	s.empty.Set(0, 1)
	for range max(1, s.sources) {
		s.calendar.After(s.gap.Sample(&s.arrivals), arrives, 0)
	}
	warm := false
	for s.arrived < customers {
		e, _ := s.calendar.Next()
		if !warm && s.arrived >= customers/10 {
			warm = true
			s.restart(e.At)
		}
		if e.Kind() == arrives {
			s.arrive(e.At)
		} else {
			s.depart(e)
		}
	}
}

func (s *station) restart(now des.Time) {
	s.arrived, s.lost, s.dropped, s.delayed = 0, 0, 0, 0
	s.waits.Reset()
	s.sojourns.Reset()
	s.givenUp, s.waitSquares = 0, 0
	s.present.Restart(now)
	s.busy.Restart(now)
	s.empty.Restart(now)
}

func (s *station) arrive(now des.Time) {
	if s.sources == 0 {
		s.calendar.After(s.gap.Sample(&s.arrivals), arrives, 0)
	}
	s.arrived++
	if s.room > 0 && int(s.present.Value()) >= s.room {
		s.lost++
		return
	}
	s.enter(now, 1)
	customer := waiting{came: now}
	if s.impatient {
		customer.patience = s.patience.Sample(&s.patients)
	}
	if int(s.busy.Value()) == s.servers {
		s.delayed++
		s.queue.Push(customer)
		return
	}
	s.busy.Add(now, 1)
	s.serveFor(customer)
}

// serveFor starts a service; the departure carries when its customer came, as
// the time before the present in nanoseconds.
func (s *station) serveFor(c waiting) {
	now := s.calendar.Now()
	wait := now - c.came
	s.waits.Record(wait)
	s.waitSquares += float64(wait) * float64(wait)
	service := s.serve.Sample(&s.services)
	s.sojourns.Record(wait + service)
	s.calendar.After(service, departs, 0)
}

func (s *station) depart(e des.Event) {
	s.enter(e.At, -1)
	for {
		next, ok := s.queue.Pop()
		switch {
		case !ok:
			s.busy.Add(e.At, -1)
		case s.impatient && e.At-next.came > next.patience:
			s.dropped++
			s.givenUp += float64(next.patience)
			s.enter(e.At, -1)
			continue
		default:
			s.serveFor(next)
		}
		return
	}
}

// enter counts a customer in or out, and sends a source that got its answer
// back to thinking.
func (s *station) enter(now des.Time, d int64) {
	s.present.Add(now, d)
	if s.present.Value() == 0 {
		s.empty.Set(now, 1)
	} else if s.empty.Value() == 1 {
		s.empty.Set(now, 0)
	}
	if s.sources > 0 && d < 0 {
		s.calendar.After(s.gap.Sample(&s.arrivals), arrives, 0)
	}
}
