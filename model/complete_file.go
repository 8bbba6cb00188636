package model

// files sizes what is kept in fields of type file, and how much of it requests send.
func (c *completion) files() {
	var at map[*UseCase]*useCaseInput
	for i, a := range c.m.Aggregates {
		if a.FilesEach == 0 {
			continue
		}
		if at == nil {
			at = map[*UseCase]*useCaseInput{}
			for j, u := range c.m.UseCases {
				at[u] = &c.b.useCases[j]
			}
		}
		senders := c.senders(a, at)
		in := &c.b.aggregates[i]
		if n, ok := c.stated(&in.fileSize); ok {
			a.FileSize = n
		} else if u, sent := c.said(senders, at); u != nil {
			a.FileSize = c.derive(&in.fileSize, sent/a.FilesEach, "what the payload that brings them holds beside the fields, over its files", u.BytesIn.Fact)
		} else {
			a.FileSize = c.shared(&in.fileSize, fileBytes)
		}
		for _, u := range senders {
			if n := c.beyond(u, at[u]); n > 0 {
				u.FilesInPayload = true
				u.FileBytes = c.derive(&at[u].fileBytes, n, "what its payload holds beside the fields", u.BytesIn.Fact)
			} else {
				u.FileBytes = c.derive(&at[u].fileBytes, a.FilesEach*a.FileSize.N, "files of one x their size", a.FileSize.Fact)
			}
		}
	}
}

// senders are the use cases whose requests bring the files of an aggregate: those that
// write it with a payload far larger than the fields; where none says so, those that
// create it, and those that change it where none does.
func (c *completion) senders(a *Aggregate, at map[*UseCase]*useCaseInput) []*UseCase {
	var large, first []*UseCase
	for _, list := range [][]*UseCase{a.CreatedBy, a.ChangedBy} {
		var plain []*UseCase
		for _, u := range list {
			switch much := c.beyond(u, at[u]) > 0; {
			case much && brings(u, a):
				large = append(large, u)
			case !much:
				plain = append(plain, u)
			}
		}
		if len(first) == 0 {
			first = plain
		}
	}
	if len(large) > 0 {
		return large
	}
	return first
}

// brings reports whether the files that a use case sends are those of an aggregate: of
// several that it writes, those have them that cannot do without.
func brings(u *UseCase, a *Aggregate) bool {
	for _, other := range u.Writes() {
		if other.FilesEach > a.FilesEach {
			return false
		}
	}
	return true
}

// said is the first use case with a payload that says how large its files are.
func (c *completion) said(list []*UseCase, at map[*UseCase]*useCaseInput) (*UseCase, float64) {
	for _, u := range list {
		if n := c.beyond(u, at[u]); n > 0 {
			return u, n
		}
	}
	return nil, 0
}

// beyond is how much of a written payload its fields do not account for, bytes; 0 where
// it is no more than three times what they take, or none is written.
func (c *completion) beyond(u *UseCase, in *useCaseInput) float64 {
	sent := c.share(requestOverhead).N + c.share(jsonFactor).N*in.sentBytes
	if !in.bytesIn.said || u.BytesIn.N <= 3*sent {
		return 0
	}
	return u.BytesIn.N - sent
}

// filesIn counts the files that one instance has on average.
func filesIn(fields []*Field, depth int) float64 {
	total := 0.0
	for _, f := range fields {
		each := 0.0
		switch {
		case f.Kind == KindFile:
			each = 1
		case f.Kind == KindValue && f.Value != nil && depth < 8:
			each = filesIn(f.Value.Fields, depth+1)
		}
		if f.Optional {
			each /= 2
		}
		total += each * listLength(f)
	}
	return total
}

// FileFields are the fields that hold files, as written: "photo", "lines.scan".
func (a *Aggregate) FileFields() []string { return fileFields(a.Fields, "", 0) }

func fileFields(fields []*Field, under string, depth int) []string {
	var out []string
	for _, f := range fields {
		switch {
		case f.Kind == KindFile:
			out = append(out, under+f.Name)
		case f.Kind == KindValue && f.Value != nil && depth < 8:
			out = append(out, fileFields(f.Value.Fields, under+f.Name+".", depth+1)...)
		}
	}
	return out
}
