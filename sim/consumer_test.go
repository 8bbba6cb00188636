package sim

import (
	"math"
	"testing"

	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim/des"
)

// telling is a use case that writes a message into an outbox 1/gap times a second, a
// channel, and a group of consumers, each with one message in hand at a time, that need
// each for every message.
func telling(gap, each des.Time, consumers, partitions int) *network {
	const broker, home = 1, 2
	return &network{
		stations: []station{
			{name: "teller", replicas: 1, queue: endless}, {name: "broker", replicas: 1, queue: endless},
			{name: "home", replicas: consumers, workers: 1, queue: endless},
		},
		links: []link{{station: 0}, {station: broker}, {station: home}},
		programs: []program{
			{steps: []step{{kind: stash, chance: 1, times: 1}}},
			{steps: []step{busy(des.Constant(10 * des.Millisecond)), {kind: carry}}},
			{steps: []step{busy(des.Constant(each))}},
		},
		sources:  []source{{gap: des.Constant(gap), rate: 1 / gap.Seconds()}},
		channels: []channel{{groups: []int{0}, partitions: partitions}},
		groups: []group{{
			link: 2, broker: broker, program: 2, share: 1, partitions: partitions, inFlight: 1, deliver: 3, inbox: true,
			backoffs: []des.Time{des.Second, 2 * des.Second}, session: 5 * des.Second,
		}},
		relays: []relay{{link: 1, program: 1, interval: 100 * des.Millisecond, batch: 100}},
	}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %.6g, want %.6g within %.3g", what, got, want, within)
	}
}

// A broker that is away for d leaves lambda x d messages in the outboxes, and consumers
// that do mu a second need lambda d / (mu - lambda) after it for what has gathered.
func TestOutboxGathersAndDrains(t *testing.T) {
	net := telling(10*des.Millisecond, 5*des.Millisecond, 1, 0) // 100 a second, of 200
	p := plan{seed: 1, until: 100 * des.Second, strikes: []strike{{kind: Down, station: 1, at: 20 * des.Second, until: 40 * des.Second}}}
	got := trial(t, net, p, 1)[0]
	o := queueing.Outage{Lambda: 100, Mu: 200, Duration: 20}
	r, g := &got.relays[0], &got.groups[0]
	near(t, "the outbox's backlog", float64(r.mostBacklog), o.Backlog(), 25)
	near(t, "the drain", g.drain.Seconds(), o.Drain(), 0.5)
	near(t, "the oldest lag", g.lag.Most().Seconds(), o.Age(), 0.3)
	if g.Done+uint64(g.left)+uint64(r.left) != r.Written || g.Dead > 0 || r.Failed < 190 {
		t.Errorf("%d written, %d done, %d and %d left, %d batches failed", r.Written, g.Done, g.left, r.left, r.Failed)
	}
}

// Without a fault a record waits half an interval for the relay on average, and a batch
// takes its time.
func TestRelayWaitsForItsInterval(t *testing.T) {
	net := telling(7*des.Millisecond, des.Microsecond, 1, 0)
	got := trial(t, net, plan{seed: 1, until: 100 * des.Second}, 1)[0]
	near(t, "the delay", got.relays[0].delay.Mean()/1e9, 0.05+0.01, 0.002)
	near(t, "its longest", got.relays[0].delay.Most().Seconds(), 0.11, 0.002)
	net.relays[0].capture = true // the log brings each record after that time
	got = trial(t, net, plan{seed: 1, until: 100 * des.Second}, 1)[0]
	near(t, "the longest delay of change capture", got.relays[0].delay.Most().Seconds(), 0.12, 0.003)
}

// A consumer that is away leaves lambda x d with the broker.
func TestConsumersCatchUp(t *testing.T) {
	net := telling(10*des.Millisecond, 4*des.Millisecond, 1, 0) // 100 a second, of 250
	p := plan{seed: 1, until: 200 * des.Second, strikes: []strike{{kind: Kill, count: 1, station: 2, at: 20 * des.Second, until: 50 * des.Second}}}
	g := trial(t, net, p, 1)[0].groups[0]
	o := queueing.Outage{Lambda: 100, Mu: 250, Duration: 30}
	near(t, "the backlog", float64(g.mostBacklog), o.Backlog(), 30)
	near(t, "the drain", g.drain.Seconds(), o.Drain(), 0.5)
}

// The consumer with most partitions is the first to fall behind: of 12 over 5, three.
func TestPartitionsDivideTheLoad(t *testing.T) {
	a := queueing.Assignment{Partitions: 12, Consumers: 5}
	carries := a.Balance() * float64(a.Active()) * 100 // a second, with 10 ms each
	for _, c := range []struct{ load, left float64 }{
		{0.95 * carries, 0},
		// Two consumers have three partitions and gain a quarter of the load.
		{1.1 * carries, 2 * (1.1*carries*3/12 - 100) * 100},
	} {
		net := telling(seconds(1/c.load), 10*des.Millisecond, 5, 12)
		g := trial(t, net, plan{seed: 1, until: 100 * des.Second}, 1)[0].groups[0]
		near(t, "what is left after 100 s", float64(g.left), c.left, 120+0.15*c.left)
	}
}

// A poison message holds its partition up through the pauses of its attempts, 1 s and
// 2 s, and then becomes a dead letter. The other partitions go on.
func TestPoisonHoldsItsPartitionUp(t *testing.T) {
	net := telling(5*des.Millisecond, des.Millisecond, 2, 4) // 200 a second
	p := plan{seed: 1, until: 60 * des.Second, strikes: []strike{{kind: Poison, count: 1, at: 20 * des.Second, until: des.Forever}}}
	g := trial(t, net, p, 1)[0].groups[0]
	if g.Dead != 1 || g.Redelivered != 2 {
		t.Errorf("%d dead letters after %d further attempts", g.Dead, g.Redelivered)
	}
	behind := 0
	for _, x := range g.parts {
		if x.most > 60 {
			behind++
			near(t, "the backlog behind it", float64(x.most), 3*200/4, 30)
		}
	}
	if behind != 1 {
		t.Errorf("%d partitions were held up", behind)
	}
	net = telling(5*des.Millisecond, des.Millisecond, 2, 0)
	if g = trial(t, net, p, 1)[0].groups[0]; g.Dead != 1 || g.mostBacklog > 40 {
		t.Errorf("without order %d messages waited behind %d poison ones", g.mostBacklog, g.Dead)
	}
}

// The partitions of a consumer that was killed wait until the group notices, and are
// then read by who is left; the message it had in hand is done by another.
func TestGroupNoticesThatAConsumerIsGone(t *testing.T) {
	net := telling(25*des.Millisecond, des.Millisecond, 2, 4) // 40 a second
	p := plan{seed: 1, until: 60 * des.Second, strikes: []strike{{kind: Kill, count: 1, station: 2, at: 20 * des.Second, until: des.Forever}}}
	got := trial(t, net, p, 1)[0]
	g := &got.groups[0]
	near(t, "what waited for the group to notice", float64(g.mostBacklog), 5*40/2, 25)
	near(t, "the longest lag", g.lag.Most().Seconds(), 5, 0.5)
	if g.Done+uint64(g.left)+uint64(got.relays[0].left) != got.relays[0].Written || g.Dead > 0 {
		t.Errorf("%d written, %d done", got.relays[0].Written, g.Done)
	}
}

// With a share of the messages about one key, its partition has that share and its part
// of the rest.
func TestHotKeyFillsItsPartition(t *testing.T) {
	net := telling(2*des.Millisecond, 10*des.Millisecond, 8, 8) // 500 a second, of 800
	p := plan{seed: 1, until: 60 * des.Second, strikes: []strike{{kind: HotKey, factor: 0.5, at: 20 * des.Second, until: 40 * des.Second}}}
	g := trial(t, net, p, 1)[0].groups[0]
	// It gets 250 + 250/8 a second and does 100.
	near(t, "the backlog of the partition", float64(g.parts[0].most), (250+250.0/8-100)*20, 250)
	if g.parts[1].most > 100 {
		t.Errorf("%d messages waited in another partition", g.parts[1].most)
	}
}

// A batch whose acknowledgement comes too late is sent again; who keeps an inbox does
// nothing twice, who keeps none does.
func TestLostAcknowledgementsRepeatABatch(t *testing.T) {
	for _, inbox := range []bool{true, false} {
		net := telling(10*des.Millisecond, des.Microsecond, 1, 0)
		net.links[1].timeout = 9 * des.Millisecond // a batch takes 10 ms
		net.groups[0].inbox = inbox
		got := trial(t, net, plan{seed: 1, until: 2 * des.Second}, 1)[0]
		r, g := &got.relays[0], &got.groups[0]
		if r.Sent != 0 || g.Repeated == 0 || inbox && g.Done > r.Written || !inbox && g.Done <= r.Written/10 {
			t.Errorf("inbox %v: %d written, %d acknowledged, %d handed on again, %d done", inbox, r.Written, r.Sent, g.Repeated, g.Done)
		}
		if first := g.Done; inbox && first > 100 {
			t.Errorf("%d done, though the relay never came past its first batch", first)
		}
	}
}

// Skewed keys load their partitions unevenly, and the shares add up.
func TestKeysAreSpreadOverPartitions(t *testing.T) {
	even, skewed := spread(16, 1e6, 0.2, 0.2), spread(16, 1e6, 0.001, 0.9)
	for name, p := range map[string]*popularity{"even": even, "skewed": skewed} {
		sum, most := 0.0, 0.0
		for _, s := range p.share {
			sum += s
			most = math.Max(most, s)
		}
		near(t, "the sum of the shares, "+name, sum, 1, 1e-9)
		if name == "even" && most > 0.07 || name == "skewed" && most < 0.08 {
			t.Errorf("%s: the largest share of 16 is %.3g", name, most)
		}
	}
}

// The share of the fullest partition that partitions are sized by is the one that hashed
// keys come to: within a fifth, which is what one hash differs from another by.
func TestTheFullestPartitionIsForeseen(t *testing.T) {
	for _, c := range []struct {
		partitions    int
		n, hot, share float64
	}{{4, 1e6, 0.01, 0.2}, {16, 1e6, 0.001, 0.9}, {64, 4e6, 0.01, 0.2}, {64, 1000, 0.01, 0.5}, {16, 100, 0.2, 0.8}, {256, 1e5, 0.001, 0.8}} {
		most := 0.0
		for _, s := range spread(c.partitions, c.n, c.hot, c.share).share {
			most = math.Max(most, s)
		}
		foreseen := queueing.ZipfThrough(int(c.n), c.hot, c.share).Fullest(c.partitions)
		if d := foreseen/most - 1; math.Abs(d) > 0.2 {
			t.Errorf("%+v: foreseen %.4f, hashed %.4f, %+.0f%%", c, foreseen, most, 100*d)
		}
	}
}

// Replicas that an autoscaler adds are given their part of the partitions, and those it
// takes away give theirs back.
func TestPartitionsFollowTheAutoscaler(t *testing.T) {
	net := telling(10*des.Millisecond, 15*des.Millisecond, 4, 8) // 1.5 consumers' worth
	net.stations[2].scaling = autoscaling{first: 1, least: 1, most: 4, target: 0.7, sync: 15 * des.Second, start: des.Second}
	got := trial(t, net, plan{seed: 1, until: 400 * des.Second}, 1)[0]
	g := &got.groups[0]
	if g.mostBacklog < 400 || g.left > 20 {
		t.Errorf("%d messages waited for the second consumer, %d are left", g.mostBacklog, g.left)
	}
	for i, p := range g.parts {
		if p.most < 30 {
			t.Errorf("at most %d messages waited in partition %d", p.most, i)
		}
	}
	net.sources[0].load = []Point{{0, 1}, {300 * des.Second, 1}, {300 * des.Second, 0.2}}
	got = trial(t, net, plan{seed: 1, until: 1200 * des.Second}, 1)[0]
	if g = &got.groups[0]; g.left > 5 || got.relays[0].Written < 40_000 {
		t.Errorf("%d of %d messages are left when one consumer is enough again", g.left, got.relays[0].Written)
	}
}

// While no replica of a deployable is there, nobody looks into its outbox.
func TestOutboxWaitsForItsDeployable(t *testing.T) {
	net := telling(10*des.Millisecond, des.Millisecond, 1, 0)
	net.stations = append(net.stations, station{name: "deployable", replicas: 2, queue: endless})
	net.relays[0].home = 3
	p := plan{seed: 1, until: 60 * des.Second, strikes: []strike{{kind: Kill, station: 3, count: 2, at: 20 * des.Second, until: 30 * des.Second}}}
	got := trial(t, net, p, 1)[0].relays[0]
	near(t, "what gathers", float64(got.mostBacklog), 10*100, 25)
	near(t, "the longest delay", got.delay.Most().Seconds(), 10.1, 0.2)
}
