package main

import (
	"encoding/binary"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

const (
	audioBytes    = 100 // a 20 ms Opus frame of 40 kbit/s
	framesPerS    = 30
	mostBytes     = 1100 // payload of a video packet
	keyEvery      = 3 * framesPerS
	keyWeight     = 6 // a key frame is as large as so many others
	keyPauseAtPli = framesPerS / 3
	stampBytes    = 8
)

// The send time stands in the last 8 bytes of every packet; sender and receiver share a clock.
func stamp(payload []byte) {
	binary.LittleEndian.PutUint64(payload[len(payload)-stampBytes:], uint64(time.Now().UnixNano()))
}

// pace calls step at an even rate until the bench stops, from a random phase, as participants are not aligned.
func (b *bench) pace(every time.Duration, step func()) {
	next := time.Now().Add(time.Duration(rand.Int64N(int64(every))))
	for !b.stopped.Load() {
		time.Sleep(time.Until(next))
		step()
		next = next.Add(every)
	}
}

func (b *bench) publishAudio(room *lksdk.Room) error {
	track, err := lksdk.NewLocalTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2})
	if err != nil {
		return err
	}
	if _, err = room.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{Name: "voice"}); err != nil {
		return err
	}
	seq, timestamp := uint16(rand.Uint32()), rand.Uint32()
	level := uint8(35)
	options := &lksdk.SampleWriteOptions{AudioLevel: &level}
	go b.pace(20*time.Millisecond, func() {
		payload := make([]byte, audioBytes)
		payload[0] = 0x78
		stamp(payload)
		seq++
		timestamp += 960
		_ = track.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: seq, Timestamp: timestamp}, Payload: payload}, options)
	})
	return nil
}

// layer is one simulcast layer of a synthetic VP8 camera: true descriptors and key frame headers, empty pictures.
type layer struct {
	track         *lksdk.LocalTrack
	width, height uint32
	frameBytes    int
	keyWanted     atomic.Bool

	seq, pictureId  uint16
	timestamp       uint32
	tl0             uint8
	frames, lastKey int
}

func newLayer(camera string, quality livekit.VideoQuality, width, height uint32, bps int) (*layer, error) {
	l := &layer{
		width: width, height: height, frameBytes: bps / 8 / framesPerS * keyEvery / (keyEvery - 1 + keyWeight),
		seq: uint16(rand.Uint32()), timestamp: rand.Uint32(), pictureId: uint16(rand.Uint32() & 0x7fff),
	}
	l.keyWanted.Store(true)
	var err error
	l.track, err = lksdk.NewLocalTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000},
		lksdk.WithSimulcast(camera, &livekit.VideoLayer{Quality: quality, Width: width, Height: height, Bitrate: uint32(bps)}),
		lksdk.WithRTCPHandler(func(packet rtcp.Packet) {
			switch packet.(type) {
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				l.keyWanted.Store(true)
			}
		}))
	return l, err
}

func (l *layer) frame() {
	key := l.frames-l.lastKey >= keyEvery || l.frames == 0 || l.keyWanted.Load() && l.frames-l.lastKey >= keyPauseAtPli
	size := l.frameBytes
	if key {
		l.keyWanted.Store(false)
		l.lastKey = l.frames
		size *= keyWeight
	}
	l.frames++
	l.timestamp += 90000 / framesPerS
	l.pictureId = (l.pictureId + 1) & 0x7fff
	l.tl0++
	packets := (size + mostBytes - 1) / mostBytes
	each := size / packets
	for i := range packets {
		l.packet(i == 0, i == packets-1, key, each)
	}
}

// packet follows RFC 7741 §4.2 (descriptor with picture id, TL0PICIDX and temporal layer) and §4.3 (frame header).
func (l *layer) packet(first, last, key bool, size int) {
	const descriptor = 6
	payload := make([]byte, descriptor+max(size, 10+stampBytes))
	payload[0] = 0x80
	if first {
		payload[0] |= 0x10
	}
	payload[1] = 0xe0
	payload[2], payload[3] = 0x80|byte(l.pictureId>>8), byte(l.pictureId)
	payload[4] = l.tl0
	payload[5] = 0x20
	if first {
		head := payload[descriptor:]
		head[0] = 0x11 // shown, not key
		if key {
			head[0] = 0x10
			copy(head[3:], []byte{0x9d, 0x01, 0x2a})
			binary.LittleEndian.PutUint16(head[6:], uint16(l.width))
			binary.LittleEndian.PutUint16(head[8:], uint16(l.height))
		}
	}
	stamp(payload)
	l.seq++
	header := rtp.Header{Version: 2, Marker: last, SequenceNumber: l.seq, Timestamp: l.timestamp}
	_ = l.track.WriteRTP(&rtp.Packet{Header: header, Payload: payload}, nil)
}

func (b *bench) publishVideo(room *lksdk.Room, camera string) error {
	var layers []*layer
	var tracks []*lksdk.LocalTrack
	for _, l := range []struct {
		quality       livekit.VideoQuality
		width, height uint32
		bps           int
	}{
		{livekit.VideoQuality_LOW, 320, 180, 150_000},
		{livekit.VideoQuality_MEDIUM, 640, 360, 450_000},
		{livekit.VideoQuality_HIGH, 1280, 720, 1_700_000},
	} {
		made, err := newLayer(camera, l.quality, l.width, l.height, l.bps)
		if err != nil {
			return err
		}
		layers, tracks = append(layers, made), append(tracks, made.track)
	}
	_, err := room.LocalParticipant.PublishSimulcastTrack(tracks, &lksdk.TrackPublicationOptions{Name: "camera"})
	if err != nil {
		return err
	}
	go b.pace(time.Second/framesPerS, func() {
		for _, l := range layers {
			l.frame()
		}
	})
	return nil
}
