package lock

import (
	"reflect"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
)

// moved are ids that were computed anew and get their former form back.
type moved struct {
	operations map[arch.OperationID]arch.OperationID
	channels   map[arch.ChannelID]arch.ChannelID
}

func (m moved) empty() bool { return len(m.operations) == 0 && len(m.channels) == 0 }

// movedIDs compares the ids of a system with those of the lock.
func (l *Lock) movedIDs(a *arch.Arch) moved {
	return moved{l.movedOperations(a), l.movedChannels(a)}
}

// movedOperations finds operations whose id changed though the use case and the verb
// are those of the lock, under the use case's present or former name.
func (l *Lock) movedOperations(a *arch.Arch) map[arch.OperationID]arch.OperationID {
	out := map[arch.OperationID]arch.OperationID{}
	there := map[arch.OperationID]bool{}
	for i := range a.Operations {
		there[a.Operations[i].ID] = true
	}
	for i := range a.Operations {
		o := &a.Operations[i]
		if _, known := l.operations[o.ID]; known {
			continue
		}
		before := formerPath(a, o.UseCase)
		var candidates []arch.OperationID
		for id, entry := range l.operations {
			if (entry.useCase == o.UseCase || entry.useCase == before && before != "") && entry.verb == o.Verb && !there[id] {
				candidates = append(candidates, id)
			}
		}
		if len(candidates) > 0 {
			old := slices.Min(candidates)
			out[o.ID], there[old] = old, true
		}
	}
	return out
}

func formerPath(a *arch.Arch, p arch.Path) arch.Path {
	for _, r := range a.Renamed {
		if r.To == p {
			return arch.Path(r.From)
		}
	}
	return ""
}

// movedChannels finds channels whose name changed because an element in it was
// renamed or its events moved to another context: consumers know the old one.
func (l *Lock) movedChannels(a *arch.Arch) map[arch.ChannelID]arch.ChannelID {
	out := map[arch.ChannelID]arch.ChannelID{}
	there := map[arch.ChannelID]bool{}
	for i := range a.Channels {
		there[a.Channels[i].ID] = true
	}
	for i := range a.Channels {
		c := &a.Channels[i]
		if l.channels[c.ID] {
			continue
		}
		old := c.Was
		if !l.channels[old] {
			old = l.channelOf(a, c)
		}
		if old != "" && !there[old] && version(string(old)) == version(string(c.ID)) {
			out[c.ID], there[old] = old, true
			if suffix, its := strings.CutPrefix(string(c.DeadLetter), string(c.ID)); its {
				out[c.DeadLetter] = old + arch.ChannelID(suffix)
			}
		}
	}
	return out
}

// channelOf is the channel that all of the channel's known events were on, "" when
// they were on several.
func (l *Lock) channelOf(a *arch.Arch, c *arch.Channel) arch.ChannelID {
	var found arch.ChannelID
	for _, id := range c.Events {
		entry, known := l.events[id]
		if !known {
			entry = l.events[formerEvent(a, id)]
		}
		switch {
		case entry.channel == "":
		case found == "":
			found = entry.channel
		case found != entry.channel:
			return ""
		}
	}
	return found
}

func formerEvent(a *arch.Arch, id arch.EventID) arch.EventID {
	for i := range a.Events {
		if a.Events[i].ID == id {
			return a.Events[i].Was
		}
	}
	return ""
}

// rewrite returns a copy of the system with the ids replaced wherever they stand:
// by their type, and in the few places that hold ids of several kinds as strings.
func (m moved) rewrite(a *arch.Arch) *arch.Arch {
	out := arch.Copy(a, func(v reflect.Value) {
		switch v.Type() {
		case operationType:
			if to, found := m.operations[arch.OperationID(v.String())]; found {
				v.SetString(string(to))
			}
		case channelType:
			if to, found := m.channels[arch.ChannelID(v.String())]; found {
				v.SetString(string(to))
			}
		}
	})
	channel := func(s *string) {
		if to, found := m.channels[arch.ChannelID(*s)]; found {
			*s = string(to)
		}
	}
	for i := range out.Edges {
		if e := &out.Edges[i]; e.ToKind == "channel" {
			channel(&e.To)
		}
	}
	for i := range out.Flows {
		eachStep(out.Flows[i].Steps, func(s *arch.Step) {
			if s.Kind == "publish" {
				channel(&s.Target)
			}
		})
	}
	for i := range out.Security.Services {
		for k := range out.Security.Services[i].May {
			channel(&out.Security.Services[i].May[k].To)
		}
	}
	for i := range out.Security.Zones {
		for k := range out.Security.Zones[i].Members {
			channel(&out.Security.Zones[i].Members[k])
		}
	}
	for i := range out.Security.Threats {
		t := &out.Security.Threats[i]
		if to, found := m.operations[arch.OperationID(t.Target)]; found {
			t.Target = string(to)
		}
	}
	return out
}

func eachStep(steps []arch.Step, f func(*arch.Step)) {
	for i := range steps {
		f(&steps[i])
		eachStep(steps[i].Steps, f)
	}
}

var (
	operationType = reflect.TypeFor[arch.OperationID]()
	channelType   = reflect.TypeFor[arch.ChannelID]()
)
