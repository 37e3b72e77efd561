package bundle

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/zeebo/xxh3"
	"golang.org/x/sync/errgroup"

	"curio/features/profile"
)

// An image is a decoded artifact as it lies in memory, in a file that is mapped instead
// of decoded: that of a million users takes a second where their tables take a minute.
// It is for the machine that made it, and nothing that is published: a cache keeps it
// beside its copies of blobs, by ImageKind and the digest of the manifest.
//
// An image is made only of an artifact that was verified and decoded, and it is checked
// whole each time it is read, by a digest that finds damage but not intent: nobody
// signed it. So what is read from a folder of images is as trustworthy as who can write
// to that folder, which is to be the program's own user and nobody else; blobs, which
// are checked against the manifest, ask for less.
//
// It is a row of sections, each its length in 8 bytes and at the next multiple of
// imageAlign its content, and at the end 64 bytes: imageMagic, the digest of the
// manifest, the size of what is before, and xxh3-128 of both and of the xxh3-128 of
// each imageChunk of it.

const (
	imageVersion = 1 // changes with what the sections hold, and with what Decode makes of the same blobs
	imageAlign   = 64
	imageChunk   = 1 << 20
	imageTail    = 64
)

var imageMagic = [8]byte{'c', 'u', 'r', 'i', 'o', 'i', 'm', 'g'}

// ErrNoImage is wrapped by errors about an artifact, or a machine, that images cannot
// be made of or on. The artifact can be served without.
var ErrNoImage = errors.New("no image can be made")

// ImageKind names the images that this program makes and reads. Programs, or machines,
// that lay out memory in another way have another.
var ImageKind = sync.OnceValue(func() string {
	var layout strings.Builder
	for _, t := range []reflect.Type{reflect.TypeFor[profileHead](), reflect.TypeFor[profile.Touch](), reflect.TypeFor[profile.Span](), reflect.TypeFor[profile.Item](), reflect.TypeFor[personNumbers](), reflect.TypeFor[itemNumbers]()} {
		describe(&layout, t)
	}
	fmt.Fprint(&layout, runtime.GOARCH, Format)
	return fmt.Sprintf("image%d-%016x", imageVersion, xxh3.HashString(layout.String()))
})

// describe writes how values of t lie in memory.
func describe(w *strings.Builder, t reflect.Type) {
	fmt.Fprint(w, t.Kind(), t.Size())
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			fmt.Fprint(w, t.Field(i).Name, t.Field(i).Offset)
			describe(w, t.Field(i).Type)
		}
	case reflect.Array:
		describe(w, t.Elem())
	}
}

// littleEndian reports whether numbers lie in memory as they do in files.
func littleEndian() bool {
	return binary.NativeEndian.Uint16([]byte{1, 0}) == 1
}

// imageWriter writes sections.
type imageWriter struct {
	w    io.Writer
	buf  []byte // of imageChunk
	sums []byte
	at   uint64
	err  error
}

func (w *imageWriter) write(data []byte) {
	w.at += uint64(len(data))
	for len(data) > 0 && w.err == nil {
		n := min(len(data), imageChunk-len(w.buf))
		w.buf, data = append(w.buf, data[:n]...), data[n:]
		if len(w.buf) == imageChunk {
			w.flush()
		}
	}
}

func (w *imageWriter) flush() {
	if len(w.buf) > 0 && w.err == nil {
		sum := xxh3.Hash128(w.buf).Bytes()
		w.sums = append(w.sums, sum[:]...)
		_, w.err = w.w.Write(w.buf)
		w.buf = w.buf[:0]
	}
}

func (w *imageWriter) pad() {
	var zeros [imageAlign]byte
	w.write(zeros[:-w.at%imageAlign])
}

func (w *imageWriter) section(data []byte) {
	w.begin(len(data))
	w.write(data)
	w.pad()
}

// begin begins a section of n bytes, which are written and padded by the caller.
func (w *imageWriter) begin(n int) {
	var size [8]byte
	binary.LittleEndian.PutUint64(size[:], uint64(n))
	w.write(size[:])
	w.pad()
}

// finish writes the end of the image of the artifact with a manifest of this digest.
func (w *imageWriter) finish(manifest string) error {
	w.flush()
	tail, err := imageEnd(manifest, w.at, w.sums)
	if err == nil {
		err = w.err
	}
	if err == nil {
		_, err = w.w.Write(tail)
	}
	return err
}

// imageEnd is the end of an image of so many bytes.
func imageEnd(manifest string, size uint64, sums []byte) ([]byte, error) {
	digest, err := hex.DecodeString(manifest)
	if err != nil || len(digest) != 32 {
		return nil, fmt.Errorf("%.80q is no digest", manifest)
	}
	tail := append(imageMagic[:len(imageMagic):len(imageMagic)], digest...)
	tail = binary.LittleEndian.AppendUint64(tail, size)
	h := xxh3.New()
	_, _ = h.Write(tail)
	_, _ = h.Write(sums)
	sum := h.Sum128().Bytes()
	return append(tail, sum[:]...), nil
}

// checkImage returns the sections of an image, all of it checked.
func checkImage(data []byte, manifest string) (*imageReader, error) {
	if len(data) < imageTail {
		return nil, fmt.Errorf("%d bytes are too few: %w", len(data), ErrCorrupt)
	}
	body, tail := data[:len(data)-imageTail], data[len(data)-imageTail:]
	sums := make([]byte, (len(body)+imageChunk-1)/imageChunk*16)
	var g errgroup.Group
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		g.Go(func() error {
			return caught(func() error {
				for c := w; c*16 < len(sums); c += workers {
					sum := xxh3.Hash128(body[c*imageChunk : min((c+1)*imageChunk, len(body))]).Bytes()
					copy(sums[c*16:], sum[:])
				}
				return nil
			})
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	want, err := imageEnd(manifest, uint64(len(body)), sums)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(tail, want) {
		return nil, fmt.Errorf("the image is damaged, or of another artifact: %w", ErrCorrupt)
	}
	return &imageReader{data: body}, nil
}

// imageReader reads sections, which lie in the image.
type imageReader struct {
	data []byte
	at   uint64
	err  error
}

func (r *imageReader) section() []byte {
	size := uint64(len(r.data))
	if r.err != nil || r.at+imageAlign > size {
		r.err = fmt.Errorf("the image ends before its parts: %w", ErrCorrupt)
		return nil
	}
	n := binary.LittleEndian.Uint64(r.data[r.at:])
	start := r.at + imageAlign
	if n > size-start {
		r.err = fmt.Errorf("a part of the image goes past its end: %w", ErrCorrupt)
		return nil
	}
	r.at = (start + n + imageAlign - 1) / imageAlign * imageAlign
	return r.data[start : start+n : start+n]
}
