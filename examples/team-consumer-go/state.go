package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"time"
)

// handledDays is longer than the topic keeps events: no repeat can come later.
const handledDays = 8

// A Post is what this program keeps. The events hold more: take the fields that you need, and
// pass over those that you do not know.
type Post struct {
	ConversationID string `json:"conversation_id"`
	CaseID         string `json:"case_id,omitempty"`
	Text           string `json:"text"`
	Author         string `json:"author,omitempty"`
	Deadline       string `json:"deadline,omitempty"`
}

// A State is all that is kept: posts by id, states of cases, and the ids of handled events.
type State struct {
	Posts   map[string]Post   `json:"posts"`
	Cases   map[string]string `json:"cases"`
	Handled map[string]int64  `json:"handled"`
	Unknown map[string]int    `json:"unknown"`

	path string
}

func openState(path string) (*State, error) {
	state := &State{
		Posts: map[string]Post{}, Cases: map[string]string{},
		Handled: map[string]int64{}, Unknown: map[string]int{}, path: path,
	}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return state, nil
	}
	if err == nil {
		err = json.Unmarshal(content, state)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is no state of this program: %w", path, err)
	}
	return state, nil
}

// save writes the state whole and durably, beside the old one until it is there.
func (state *State) save(now time.Time) error {
	oldest := now.AddDate(0, 0, -handledDays).Unix()
	for id, at := range state.Handled {
		if at < oldest {
			delete(state.Handled, id)
		}
	}
	content, err := json.Marshal(state)
	if err != nil {
		return err
	}
	unfinished, err := os.CreateTemp(filepath.Dir(state.path), ".state-*")
	if err != nil {
		return err
	}
	defer os.Remove(unfinished.Name())
	_, err = unfinished.Write(content)
	err = errors.Join(err, unfinished.Sync(), unfinished.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(unfinished.Name(), state.path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(state.path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// take handles one event, once: a repeat is known by its id.
func take(state *State, team string, value []byte, now time.Time) error {
	var event envelope
	if err := json.Unmarshal(value, &event); err != nil {
		return fmt.Errorf("not an event: %w", err)
	}
	if event.ID == "" || event.Type == "" {
		return errors.New("not an event: it has no id or no type")
	}
	if _, known := state.Handled[event.ID]; known {
		return nil
	}
	if err := apply(state, team, event); err != nil {
		return fmt.Errorf("%s %s: %w", event.Type, event.ID, err)
	}
	state.Handled[event.ID] = now.Unix()
	return nil
}

func apply(state *State, team string, event envelope) error {
	switch event.Type {
	case "mercat.posts.routed.v1":
		return routed(state, team, event.Data)
	case "mercat.posts.removed.v1":
		return removed(state, event.Data)
	case "mercat.posts.rerouted.v1":
		return rerouted(state, team, event.Data)
	case "mercat.cases.closed.v1", "mercat.cases.reopened.v1", "mercat.cases.merged.v1":
		return caseChanged(state, event)
	case "mercat.cases.split.v1":
		return split(state, event.Data)
	default:
		// A newer Mercat tells of more than this program knows: that is no fault of either.
		if state.Unknown[event.Type]++; state.Unknown[event.Type] == 1 {
			log.Printf("passing over events of type %s", event.Type)
		}
		return nil
	}
}

func routed(state *State, team string, data []byte) error {
	var told struct {
		Post struct {
			PostID         string `json:"post_id"`
			ConversationID string `json:"conversation_id"`
			Text           string `json:"text"`
			Author         string `json:"author"`
		} `json:"post"`
		Assignment struct {
			Team     string `json:"team"`
			CaseID   string `json:"case_id"`
			Deadline string `json:"deadline"`
		} `json:"assignment"`
	}
	if err := json.Unmarshal(data, &told); err != nil {
		return err
	}
	if told.Assignment.Team != team {
		delete(state.Posts, told.Post.PostID)
		return nil
	}
	state.Posts[told.Post.PostID] = Post{
		ConversationID: told.Post.ConversationID,
		CaseID:         told.Assignment.CaseID,
		Text:           told.Post.Text,
		Author:         told.Post.Author,
		Deadline:       told.Assignment.Deadline,
	}
	if told.Assignment.CaseID != "" && state.Cases[told.Assignment.CaseID] == "" {
		state.Cases[told.Assignment.CaseID] = "open"
	}
	return nil
}

// removed forgets a post: its author or its platform took it away, and that holds here, too.
func removed(state *State, data []byte) error {
	var told struct {
		PostID string `json:"post_id"`
	}
	if err := json.Unmarshal(data, &told); err != nil {
		return err
	}
	delete(state.Posts, told.PostID)
	return nil
}

// rerouted forgets what another team has now: the case where one is named, else the conversation.
func rerouted(state *State, team string, data []byte) error {
	var told struct {
		ConversationID string `json:"conversation_id"`
		CaseID         string `json:"case_id"`
		Team           string `json:"team"`
	}
	if err := json.Unmarshal(data, &told); err != nil {
		return err
	}
	if told.Team == team {
		return nil
	}
	for id, post := range state.Posts {
		if post.ConversationID == told.ConversationID &&
			(told.CaseID == "" || post.CaseID == told.CaseID) {
			delete(state.Posts, id)
		}
	}
	return nil
}

func caseChanged(state *State, event envelope) error {
	var told struct {
		CaseID string `json:"case_id"`
	}
	if err := json.Unmarshal(event.Data, &told); err != nil {
		return err
	}
	words := map[string]string{
		"mercat.cases.closed.v1": "closed", "mercat.cases.reopened.v1": "open",
		"mercat.cases.merged.v1": "merged",
	}
	state.Cases[told.CaseID] = words[event.Type]
	return nil
}

func split(state *State, data []byte) error {
	var told struct {
		PostIDs   []string `json:"post_ids"`
		NewCaseID string   `json:"new_case_id"`
	}
	if err := json.Unmarshal(data, &told); err != nil {
		return err
	}
	for _, id := range told.PostIDs {
		if post, kept := state.Posts[id]; kept {
			post.CaseID = told.NewCaseID
			state.Posts[id] = post
		}
	}
	state.Cases[told.NewCaseID] = "open"
	return nil
}
