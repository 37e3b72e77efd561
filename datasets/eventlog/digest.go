package eventlog

import "curio/datasets/eventlog/rowhash"

type Digest = rowhash.Digest
