package twotower

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/zeebo/xxh3"

	"curio/artifacts/interest"
)

// ErrCheckpoint is wrapped by errors of a checkpoint that cannot be gone on from.
var ErrCheckpoint = errors.New("checkpoint cannot be used")

// A checkpoint is checkpointMagic; the length of a header, 8 bytes, and the header
// as JSON; the arrays that the header names, one after another; and the XXH3 of all
// that, 8 bytes. Numbers are little-endian.
const (
	checkpointMagic  = "curio checkpoint 1\n"
	maxHeader        = 16 << 20
	numbersAtOnce    = 1 << 14
	fingerprintBatch = 1 << 12
)

// header is what a checkpoint says of itself.
type header struct {
	Fingerprint string   `json:"fingerprint"` // of data and options
	Progress    progress `json:"progress"`
	Source      []byte   `json:"source"` // of the epoch under way; none between epochs
	Best        []array  `json:"best"`   // of the best model, if an epoch was judged
}

// array is a tensor of the best model.
type array struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
}

// state lists the numbers that training changes, in a fixed order.
func (t *trainer) state() [][]float32 {
	var all [][]float32
	for _, table := range []*table{t.users, t.items, t.bias} {
		all = append(all, table.rows, table.m, table.v)
	}
	for i := range t.g.dense {
		w := &t.g.dense[i]
		all = append(all, w.rows, w.m, w.v)
	}
	return all
}

// save writes a checkpoint, if there is somewhere to.
func (t *trainer) save() error {
	if t.w.Checkpoint == nil {
		return nil
	}
	h := header{Fingerprint: t.fingerprint(), Progress: t.progress}
	arrays := t.state()
	if t.source != nil {
		var err error
		if h.Source, err = t.source.MarshalBinary(); err != nil {
			return fmt.Errorf("save checkpoint: %w", err)
		}
	}
	if t.best != nil {
		tensors := t.best.Tensors()
		for _, name := range slices.Sorted(maps.Keys(tensors)) {
			h.Best = append(h.Best, array{name, tensors[name].Shape})
			arrays = append(arrays, tensors[name].Data)
		}
	}
	head, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("save checkpoint: %w", err)
	}
	err = t.w.Checkpoint.Save(func(w io.Writer) error {
		sum := xxh3.New()
		out := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<20)
		write := func(b []byte) { _, _ = out.Write(b) } // Flush returns the error
		write([]byte(checkpointMagic))
		write(binary.LittleEndian.AppendUint64(nil, uint64(len(head))))
		write(head)
		for _, a := range arrays {
			var b []byte
			for part := range slices.Chunk(a, numbersAtOnce) {
				b = b[:0]
				for _, x := range part {
					b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
				}
				write(b)
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		_, err := w.Write(binary.LittleEndian.AppendUint64(nil, sum.Sum64()))
		return err
	})
	if err != nil {
		return fmt.Errorf("save checkpoint: %w", err)
	}
	return nil
}

// resume goes back to the last checkpoint, if there is one.
func (t *trainer) resume() error {
	if t.w.Checkpoint == nil {
		return nil
	}
	r, err := t.w.Checkpoint.Open()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open checkpoint: %w", err)
	}
	defer r.Close()
	if err := t.load(r); err != nil {
		return fmt.Errorf("read checkpoint: %w: %w", ErrCheckpoint, err)
	}
	return nil
}

func (t *trainer) load(file io.Reader) error {
	sum := xxh3.New()
	file = bufio.NewReaderSize(file, 1<<20)
	r := io.TeeReader(file, sum)
	front := make([]byte, len(checkpointMagic)+8)
	if _, err := io.ReadFull(r, front); err != nil {
		return cutOff(err)
	}
	n := binary.LittleEndian.Uint64(front[len(checkpointMagic):])
	if string(front[:len(checkpointMagic)]) != checkpointMagic || n > maxHeader {
		return errors.New("it is no checkpoint of this program")
	}
	head := make([]byte, n)
	if _, err := io.ReadFull(r, head); err != nil {
		return cutOff(err)
	}
	var h header
	if err := json.Unmarshal(head, &h); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if want := t.fingerprint(); h.Fingerprint != want {
		return fmt.Errorf("it is of other data or settings: %s, want %s", h.Fingerprint, want)
	}
	arrays := t.state()
	most := 0 // numbers of a tensor of a model: those of the largest table it is frozen from
	for _, a := range arrays {
		most = max(most, len(a))
	}
	best := map[string]interest.Tensor{}
	for _, a := range h.Best {
		size := 1
		for _, d := range a.Shape {
			if d < 0 || d > most/max(size, 1) {
				return fmt.Errorf("tensor %s has shape %v", a.Name, a.Shape)
			}
			size *= d
		}
		tensor := interest.Tensor{Shape: a.Shape, Data: make([]float32, size)}
		best[a.Name] = tensor
		arrays = append(arrays, tensor.Data)
	}
	if err := readNumbers(r, arrays); err != nil {
		return err
	}
	got := sum.Sum64()
	tail := make([]byte, 8)
	if _, err := io.ReadFull(file, tail); err != nil {
		return cutOff(err)
	}
	if binary.LittleEndian.Uint64(tail) != got {
		return errors.New("its checksum is not that of its content")
	}
	t.progress = h.Progress
	var err error
	if len(h.Best) > 0 {
		if t.best, err = interest.FromTensors(best); err != nil {
			return err
		}
	}
	if len(h.Source) > 0 {
		t.source = new(rand.PCG)
		err = t.source.UnmarshalBinary(h.Source)
	}
	return err
}

func readNumbers(r io.Reader, arrays [][]float32) error {
	b := make([]byte, 4*numbersAtOnce)
	for _, a := range arrays {
		for part := range slices.Chunk(a, numbersAtOnce) {
			if _, err := io.ReadFull(r, b[:4*len(part)]); err != nil {
				return cutOff(err)
			}
			for i := range part {
				part[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
			}
		}
	}
	return nil
}

// cutOff says what an end of file means here.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it is cut off")
	}
	return err
}

// fingerprint tells fits apart: the hash of all that decides what comes out.
func (t *trainer) fingerprint() string {
	if t.mark != "" {
		return t.mark
	}
	o := t.o
	o.Workers = 0
	h := xxh3.New()
	fmt.Fprintf(h, "%+v %d %d %v\n", o, t.d.Users, t.d.Items, t.w.Judge != nil)
	var b []byte
	flush := func() {
		_, _ = h.Write(b) // never fails
		b = b[:0]
	}
	number := func(x uint32) {
		if b = binary.LittleEndian.AppendUint32(b, x); len(b) >= fingerprintBatch {
			flush()
		}
	}
	for _, p := range t.d.Pairs {
		number(uint32(p.User))
		number(uint32(p.Item))
		number(math.Float32bits(p.Weight))
	}
	for _, history := range t.d.History {
		number(uint32(len(history)))
		for _, touch := range history {
			number(uint32(touch.Item))
			number(math.Float32bits(touch.Weight))
		}
	}
	number(uint32(t.d.UserDoneSize))
	number(uint32(t.d.ItemDoneSize))
	for _, features := range [][]float32{t.d.UserFeatures, t.d.ItemFeatures} {
		for _, x := range features {
			number(math.Float32bits(x))
		}
	}
	flush()
	t.mark = fmt.Sprintf("%016x", h.Sum64())
	return t.mark
}
