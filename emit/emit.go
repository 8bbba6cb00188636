// Package emit holds what all emitters share: the file as a value, and the one
// writer that puts files on a disk.
//
// An emitter is a pure function from the system ([plumb.dev/plumb/arch]) to
// files. Only [Write] touches the disk, so that a dry run, a difference, a
// preview and an answer to an agent are all the same list of values.
package emit

// File is one file of a design, not yet written.
type File struct {
	// Path is relative to the directory of the design, with forward slashes:
	// "contracts/ordering/openapi.yaml". It never leaves that directory.
	Path string
	// Data is the whole content. Text ends in one newline.
	Data []byte
}
