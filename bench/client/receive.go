package main

import (
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

const sampleEvery = 8 // one latency sample in so many packets

// stream is what one subscriber saw of one track (or of the data) inside the window.
type stream struct {
	mu              sync.Mutex
	video           bool
	flows           bool
	received, bytes int64
	base, highest   int64
	latencyMs       []float64
}

func (b *bench) newStream(video bool) *stream {
	s := &stream{video: video}
	b.mu.Lock()
	b.streams = append(b.streams, s)
	b.mu.Unlock()
	return s
}

// packet counts one arrival; seq is any counter that grows by one for each packet sent, on `bits` bits.
func (s *stream) packet(counting bool, seq int64, bits uint, size int, stamped []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flows = true
	if !counting {
		return
	}
	if s.received == 0 {
		s.base, s.highest = seq, seq
	} else if step := (seq - s.highest) << (64 - bits) >> (64 - bits); step > 0 {
		s.highest += step
	}
	s.received++
	s.bytes += int64(size)
	if s.received%sampleEvery == 0 && len(stamped) >= stampBytes {
		sent := int64(binary.LittleEndian.Uint64(stamped[len(stamped)-stampBytes:]))
		s.latencyMs = append(s.latencyMs, float64(time.Now().UnixNano()-sent)/1e6)
	}
}

func (b *bench) read(track *webrtc.TrackRemote) {
	s := b.newStream(track.Kind() == webrtc.RTPCodecTypeVideo)
	buffer := make([]byte, 1500)
	var packet rtp.Packet
	for {
		size, _, err := track.Read(buffer)
		if err != nil {
			return
		}
		counting := b.counting.Load()
		if !counting && s.flows {
			continue
		}
		if packet.Unmarshal(buffer[:size]) == nil {
			s.packet(counting, int64(packet.SequenceNumber), 16, size, packet.Payload)
		}
	}
}

func (b *bench) listener(quality livekit.VideoQuality) func() *lksdk.RoomCallback {
	return func() *lksdk.RoomCallback {
		callback := lksdk.NewRoomCallback()
		callback.OnTrackSubscribed = func(track *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) {
			if track.Kind() == webrtc.RTPCodecTypeVideo {
				if err := pub.SetVideoQuality(quality); err != nil {
					complain("quality: %v", err)
				}
			}
			go b.read(track)
		}
		return callback
	}
}

func (b *bench) flowing() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	flowing := 0
	for _, s := range b.streams {
		s.mu.Lock()
		if s.flows {
			flowing++
		}
		s.mu.Unlock()
	}
	return flowing
}

// settle waits until everything wanted flows, but not for ever: a server that never delivers is a result too.
func (b *bench) settle(want int, result report) {
	deadline := time.Now().Add(20 * time.Second)
	for b.flowing() < want && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	result["streams"], result["streams_wanted"] = b.flowing(), want
	b.mu.Lock()
	result["subscribed"] = len(b.streams)
	b.mu.Unlock()
	result["join_ms"] = quantiles(b.joinMs)
	say("steady", result)
}

// measure counts one window and sums it up.
func (b *bench) measure(result report) {
	seconds := b.window().Seconds()
	var received, lost, expected, bytes, stalled int64
	var latency, videoKbps []float64
	for _, s := range b.streams {
		s.mu.Lock()
		if s.received == 0 {
			stalled++
		} else {
			span := s.highest - s.base + 1
			expected += span
			lost += max(0, span-s.received)
		}
		if s.video {
			videoKbps = append(videoKbps, float64(s.bytes)*8/1000/seconds)
		}
		received += s.received
		bytes += s.bytes
		latency = append(latency, s.latencyMs...)
		s.mu.Unlock()
	}
	result["received_pps"] = float64(received) / seconds
	result["received_bps"] = float64(bytes) * 8 / seconds
	result["lost"], result["expected"], result["stalled"] = lost, expected, stalled
	result["latency_ms"] = quantiles(latency)
	if len(videoKbps) > 0 {
		result["video_kbps"] = quantiles(videoKbps)
	}
	say("result", result)
	b.leave()
}

// media is audio and video from publishers to subscribers, or a meeting in which everybody is both.
func media(b *bench) {
	audio, video := b.mode != "video", b.mode != "audio"
	quality := livekit.VideoQuality_HIGH
	var hear func() *lksdk.RoomCallback
	receivers, tracks := b.subs, 1
	if b.mode == "meeting" {
		quality = livekit.VideoQuality_MEDIUM
		hear = b.listener(quality)
		receivers, tracks = b.pubs-1, 2
	}
	for i, room := range b.join("pub", b.pubs, 4, hear != nil, hear) {
		if room == nil {
			continue
		}
		if audio {
			b.published(b.publishAudio(room))
		}
		if video {
			b.published(b.publishVideo(room, fmt.Sprintf("camera-%d", i)))
		}
	}
	if b.mode != "meeting" {
		b.join("sub", b.subs, 4, true, b.listener(quality))
	}
	result := report0(b)
	b.settle(b.pubs*receivers*tracks, result)
	b.measure(result)
}

func (b *bench) published(err error) {
	if err != nil {
		b.failed.Add(1)
		complain("publish: %v", err)
	}
}

// data is one participant that sends 100 packets/s of 200 B to all others.
func data(b *bench) {
	const size, every = 200, 10 * time.Millisecond
	b.join("sub", b.subs, 4, true, func() *lksdk.RoomCallback {
		s := b.newStream(false)
		callback := lksdk.NewRoomCallback()
		callback.OnDataPacket = func(packet lksdk.DataPacket, _ lksdk.DataReceiveParams) {
			if user, ok := packet.(*lksdk.UserDataPacket); ok && len(user.Payload) == size {
				s.packet(b.counting.Load(), int64(binary.LittleEndian.Uint32(user.Payload)), 32, size, user.Payload)
			}
		}
		return callback
	})
	var seq uint32
	for _, room := range b.join("pub", 1, 1, false, nil) {
		if room == nil {
			continue
		}
		go b.pace(every, func() {
			payload := make([]byte, size)
			seq++
			binary.LittleEndian.PutUint32(payload, seq)
			stamp(payload)
			if err := room.LocalParticipant.PublishDataPacket(lksdk.UserData(payload), lksdk.WithDataPublishReliable(!b.lossy)); err != nil {
				b.failed.Add(1)
			}
		})
	}
	result := report0(b)
	b.settle(b.subs, result)
	b.measure(result)
}
