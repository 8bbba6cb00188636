package catalog_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/fact"
)

func TestEveryShippedFactSaysWhereItComesFrom(t *testing.T) {
	day := regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	for _, e := range catalog.Builtin().Facts() {
		switch e.Confidence {
		case catalog.Confirmed:
			if e.Source == "" || !day.MatchString(e.Date) {
				t.Errorf("%s: confirmed with source %q of %q", e.ID, e.Source, e.Date)
			}
		case catalog.Estimated:
			if e.Estimate == "" {
				t.Errorf("%s: estimate without a reason", e.ID)
			}
		case catalog.GeneralKnowledge:
		default:
			t.Errorf("%s: confidence %q", e.ID, e.Confidence)
		}
		if strings.HasPrefix(e.Key, "price-") && e.Source == "" && e.Value.N != 0 {
			t.Errorf("%s: a price needs a list price as its source", e.ID)
		}
	}
}

func TestValuesLieInTheirRanges(t *testing.T) {
	for _, e := range catalog.Builtin().Facts() {
		if e.Unit == "" {
			continue
		}
		if e.Value.N < e.Low || e.Value.N > e.High || e.Low < 0 {
			t.Errorf("%s: %v outside %v to %v", e.ID, e.Value.N, e.Low, e.High)
		}
		if e.Unit == "share" && e.High > 1 {
			t.Errorf("%s: a share of %v", e.ID, e.High)
		}
	}
}

func TestTailsAreNotBelowMedians(t *testing.T) {
	for _, tech := range allTechnologies(catalog.Builtin()) {
		for _, e := range tech.Facts() {
			stem, found := strings.CutSuffix(e.Key, "-p50")
			if !found {
				continue
			}
			if tail, known := tech.Number(stem + "-p99"); known && tail.Value < e.Value.N {
				t.Errorf("%s: p99 %v below p50 %v", e.ID, tail.Value, e.Value.N)
			}
		}
	}
}

func TestFactIDsAreUniqueAndNameTheirProperty(t *testing.T) {
	declared := map[string]catalog.Property{}
	for _, p := range catalog.Properties() {
		for _, key := range p.Keys() {
			declared[key] = p
		}
	}
	seen := map[fact.ID]bool{}
	for _, e := range catalog.Builtin().Facts() {
		if seen[e.ID] {
			t.Errorf("%s: twice", e.ID)
		}
		seen[e.ID] = true
		p, known := declared[e.Key]
		if !known || string(e.ID) != "catalog."+e.Technology+"."+e.Key {
			t.Errorf("%s: key %q of %q", e.ID, e.Key, e.Technology)
		}
		tech, _ := catalog.Builtin().Technology(e.Technology)
		if !slices.ContainsFunc(p.Kinds, tech.Is) {
			t.Errorf("%s: not a property of %v", e.ID, tech.Kinds)
		}
	}
}

func TestEveryPropertyIsStatedSomewhere(t *testing.T) {
	stated := map[string]bool{}
	for _, e := range catalog.Builtin().Facts() {
		stated[e.Key] = true
	}
	for _, p := range catalog.Properties() {
		if !slices.ContainsFunc(p.Keys(), func(k string) bool { return stated[k] }) {
			t.Errorf("%s: declared, but no technology has it", p.Key)
		}
	}
}

// Decisions compare options by these; an option without one could not be compared.
func TestOptionsOfAKindCanBeCompared(t *testing.T) {
	needed := map[catalog.Kind][]string{
		catalog.Queue:   {"publish-p50", "publish-p99", "delivery-p99", "message-size-max", "publish-rate-group", "nodes-min-ha", "learning"},
		catalog.Stream:  {"publish-p50", "publish-p99", "delivery-p99", "message-size-max", "publish-rate-partition", "nodes-min-ha", "learning"},
		catalog.Store:   {"read-p50", "read-p99", "write-p50", "write-p99", "hot-row-rate", "failover-time", "failover-loss", "nodes-min-ha", "learning"},
		catalog.Cache:   {"read-p50", "read-p99", "hit-rate", "learning"},
		catalog.Gateway: {"added-p50", "added-p99", "nodes-min-ha", "learning"},
		catalog.Mesh:    {"added-p50", "added-p99", "proxy-memory", "proxy-cpu-krps", "control-memory", "hours-self", "learning"},
		catalog.Compute: {"pod-start", "pod-start-cold", "node-start", "scale-interval", "drain-time", "learning"},
		catalog.Cloud:   {"sla-instance", "rtt-zones", "zones-region"},
	}
	for kind, keys := range needed {
		for _, tech := range catalog.Builtin().Of(kind) {
			for _, key := range keys {
				if _, known := tech.Number(key); !known {
					t.Errorf("%s has no %s", tech.ID, key)
				}
			}
			_, self := tech.Number("hours-self")
			_, managed := tech.Number("hours-managed")
			if kind != catalog.Cloud && !self && !managed {
				t.Errorf("%s says nothing about the work it costs", tech.ID)
			}
		}
	}
}

func TestMainKindComesFirst(t *testing.T) {
	c := catalog.Builtin()
	var queues []string
	for _, tech := range c.Of(catalog.Queue) {
		queues = append(queues, tech.ID)
	}
	if want := []string{"postgres-queue", "rabbitmq", "sqs", "servicebus", "nats"}; !slices.Equal(queues, want) {
		t.Errorf("queues %v, want %v", queues, want)
	}
}

func TestLookUps(t *testing.T) {
	c := catalog.Builtin()
	sqs, _ := c.Technology("sqs")
	if n, _ := sqs.Number("retention-max"); n.Value != 14*86400 || n.Unit != "s" || n.Confidence != catalog.Confirmed {
		t.Errorf("retention-max of sqs is %+v", n)
	}
	if n, _ := sqs.On("sla", "aws"); n.Value != 0.999 {
		t.Errorf("sla of sqs on aws is %v", n.Value)
	}
	if _, known := sqs.On("sla", "azure"); known {
		t.Error("sqs has a service level on azure")
	}
	if name, _ := sqs.Managed("aws"); name.Value != "Amazon SQS" {
		t.Errorf("managed on aws is %q", name.Value)
	}
	if sqs.Has("replay") || !sqs.Has("dead-letter") || sqs.Has("no-such-feature") {
		t.Error("features of sqs are wrong")
	}
	if _, known := sqs.Number("ordering"); known {
		t.Error("a choice is read as a number")
	}
	kafka, _ := c.Technology("kafka")
	if n, _ := kafka.Number("retention-max"); !n.Unlimited() {
		t.Errorf("retention-max of kafka is %v", n.Value)
	}
	if n, known := c.Reference("network.rtt-zones"); !known || n.Value <= 0 {
		t.Errorf("network.rtt-zones is %v, %v", n.Value, known)
	}
	for _, name := range []string{"network", "network.no-such-key", "kafka.publish-p99", ""} {
		if _, known := c.Reference(name); known {
			t.Errorf("%q is known as a reference value", name)
		}
	}
	if _, known := c.Technology("no-such-technology"); known {
		t.Error("an unknown technology is known")
	}
}

func TestFactsCarryTheirConfidenceAsOrigin(t *testing.T) {
	c := catalog.Builtin()
	origins := map[catalog.Confidence]fact.Origin{
		catalog.Confirmed: fact.Catalogued, catalog.Estimated: fact.Assumed, catalog.GeneralKnowledge: fact.Assumed,
	}
	for _, tech := range allTechnologies(c) {
		for _, e := range tech.Facts() {
			n, isNumber := tech.Number(e.Key)
			if !isNumber {
				continue
			}
			f := n.Fact()
			if f.ID != e.ID || f.Origin != origins[e.Confidence] || f.Value.N != e.Value.N || f.Low != e.Low || f.High != e.High {
				t.Errorf("%s gives %+v", e.ID, f)
			}
			if f.Origin == fact.Assumed && f.Reason == "" {
				t.Errorf("%s is assumed without a reason", e.ID)
			}
		}
	}
	redis, _ := c.Technology("redis")
	p, _ := redis.Flag("persistence")
	if f := p.Fact(); f.Value != (fact.Quantity{Kind: fact.Truth}) || f.Source == "" {
		t.Errorf("persistence of redis gives %+v", f)
	}
}

func TestFactsPrintAsJSON(t *testing.T) {
	if _, err := json.Marshal(catalog.Builtin().Facts()); err != nil {
		t.Error(err)
	}
}

func TestListsAreCopies(t *testing.T) {
	c := catalog.Builtin()
	before := c.Facts()
	kafka, _ := c.Technology("kafka")
	facts := kafka.Facts()
	facts[0] = catalog.Entry{}
	catalog.Properties()[0].Key = "changed"
	if !reflect.DeepEqual(before, c.Facts()) || catalog.Properties()[0].Key == "changed" {
		t.Error("changing a list changed the catalogue")
	}
}

func allTechnologies(c *catalog.Catalog) []catalog.Technology {
	var all []catalog.Technology
	for _, kind := range catalog.Kinds() {
		for _, tech := range c.Of(kind) {
			if !slices.ContainsFunc(all, func(t catalog.Technology) bool { return t.ID == tech.ID }) {
				all = append(all, tech)
			}
		}
	}
	return all
}
