using System.Globalization;
using System.Text.Json;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Workflows;

/// <summary>Turns an accepted decision into the rows that make it so: case, tasks, timers, waits, journal, outbox, command.</summary>
internal sealed class CaseRecorder(CaseBatch.Context context, CaseWrites writes, Region region, DateTimeOffset at, DateTimeOffset recordedAt)
{
    /// <summary>A deadline that an act set: the visit, its timer where it is not the task's own, the instant, the calendar's version.</summary>
    private sealed record Resolved(int Visit, string? Timer, DateTimeOffset Due, string? Calendar)
    {
        /// <summary>For the journal line, in milliseconds.</summary>
        public object?[] Items => Timer is null ? [Visit, At, Calendar] : [Visit, At, Calendar, Timer];

        private DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Due.ToUnixTimeMilliseconds());
    }

    public CaseAnswer Record(CaseState state, Act act, CaseCommand command, Decision.Accepted decision, Guid content)
    {
        var seq = state.HeadSeq + 1;
        var visit = VisitOf(act);
        var decided = state.Tasks.Find(t => t.Visit == visit);
        var rounds = RoundsWith(act, state.Rounds);
        var opened = new List<int>();
        var resolved = new List<Resolved>();
        // A task that a migration hands out anew belongs to the version into which the case goes.
        var definition = act is Act.Migrate { Facts: var chosen } ? (int)(long)chosen[MigrateFacts.To]! : state.DefinitionRow;
        var messages = new CaseMessages(writes.Outbox, state, decision.Instance.Revision, region, at, recordedAt);
        DateTimeOffset? endedAt = decision.Instance.Status == InstanceStatus.Running ? null : at;
        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case Effect.TaskOpened task when IsFleeting(decision.Effects, task.Visit):
                case Effect.TaskClosed closed when IsFleeting(decision.Effects, closed.Visit):
                    break;
                case Effect.TaskOpened task:
                    opened.Add(task.Visit);
                    OpenTask(state, definition, task, rounds, resolved, messages);
                    break;
                case Effect.TaskClosed task:
                    writes.TaskDeletes.Add(state.Id, task.Visit);
                    messages.TaskClosed(task);
                    break;
                case Effect.TaskReassigned task:
                    writes.TaskPersons.Add(state.Id, task.Visit, SeatPost.Person(task.Holder));
                    break;
                case Effect.TaskRenamed task:
                    writes.TaskNodes.Add(state.Id, task.Visit, task.ActivityId);
                    break;
                case Effect.TaskExtended task:
                    var next = context.Deadlines.NextRung(region, state.Seed.NoticeId, task.Due, at);
                    writes.TaskDues.Add(state.Id, task.Visit, task.Due, next?.Rung, next?.At);
                    break;
                case Effect.TimerSet timer:
                    var due = context.Deadlines.Resolve(region, timer.When, at);
                    resolved.Add(new(timer.Visit, timer.Name, due.At, due.Calendar));
                    writes.TimerDeletes.Add(state.Id, timer.Visit, timer.Name);
                    writes.TimerInserts.Add(state.Id, timer.Visit, timer.Name, region.Id, due.At);
                    break;
                case Effect.TimerCancelled timer:
                    writes.TimerDeletes.Add(state.Id, timer.Visit, timer.Name);
                    break;
                case Effect.WaitSet wait:
                    writes.WaitInserts.Add(wait.Event, wait.Correlation ?? "", state.Id, wait.Visit);
                    break;
                case Effect.WaitCleared wait:
                    writes.WaitDeletes.Add(state.Id, wait.Visit);
                    break;
                case Effect.ParticipantSet { Participant: var seat } set:
                    var post = SeatPost.Read(seat.Post);
                    writes.Participants.Add(
                        state.Id, seat.Step, seat.Number, set.ActivityId, seat.Order, (short)seat.Place, (short)seat.State, seat.Visit, SeatPost.Person(seat.Holder), post?.Role, post?.OrganisationId,
                        seat.Weight, seat.For, seat.Outcome, at);
                    break;
                case Effect.Copied copied:
                    messages.Copied(copied, command.Actor.UserId);
                    break;
                case Effect.CasesStarted started:
                    StartCases(state, started, command);
                    break;
            }
        }

        if (act is Act.Migrate)
        {
            writes.CaseDefinitions.Add(state.Id, definition);
        }

        if (act is Act.FireTimer fired)
        {
            writes.TimerDeletes.Add(state.Id, fired.Visit, fired.Timer);
        }

        var outcome = OutcomeOf(act);
        var hashes = new List<byte[]>(command.Rows.Count);
        for (var n = 0; n < command.Rows.Count; n++)
        {
            hashes.Add(JournalLine.HashRow(command.Rows[n].Table, command.Rows[n].Values));
            writes.AddFeatureRow(state.Id, seq, n, command.Rows[n]);
        }

        var line = JournalLine.Write(command.Id, hashes, Members(state, act, resolved));
        var columns = new JournalColumns(
            state.Id, seq, visit, decided?.Node, act.Name, outcome, command.Actor.Role, command.Actor.OrganisationId, command.Actor.UserId, JournalColumns.Microseconds(at),
            JournalColumns.Microseconds(recordedAt), decided is null ? null : JournalColumns.Microseconds(decided.VisitOpenedAt));
        var hash = columns.Hash(state.HeadHash, line);
        writes.Journal.Add(
            state.Id, seq, line, hash, visit, decided?.Node, act.Name, outcome, command.Actor.Role, command.Actor.OrganisationId, command.Actor.UserId, at, recordedAt, decided?.VisitOpenedAt);
        WriteCase(state, decision.Instance, seq, hash, rounds, endedAt);
        writes.Commands.Add(CommandId.Key(command.Actor.UserId, command.Id), content, state.Id, seq, DateOnly.FromDateTime(recordedAt.UtcDateTime));
        return new CaseAnswer(state.Id, decision.Instance.Revision, seq, Repeated: false) { Status = decision.Instance.Status, Opened = opened };
    }

    /// <summary>What the engine was asked, as items of a JSON array: for the content hash of a command.</summary>
    public static void WriteAct(Utf8JsonWriter json, Act act)
    {
        json.WriteStringValue(act.Name);
        if (VisitOf(act) is var visit and > 0)
        {
            json.WriteStringValue("v");
            json.WriteNumberValue(visit);
        }

        if (OwnOf(act) is { } own)
        {
            json.WriteStringValue(own.Name);
            JournalLine.WriteValue(json, own.Value);
        }

        if (FactsOf(act) is { Count: > 0 } facts)
        {
            json.WriteStringValue("f");
            facts.WriteTo(json);
        }
    }

    /// <summary>The same for a journal line, without act, visit and outcome, which stand in its columns, and what came of deadlines.</summary>
    private ReadOnlySpan<byte> Members(CaseState state, Act act, List<Resolved> resolved)
    {
        var line = writes.Line;
        line.Clear();
        if (OwnOf(act) is { } own)
        {
            line.Member(own.Name, own.Value);
        }

        var facts = OutcomeOf(act) is null ? FactsOf(act) : FactsOf(act)!.Without("outcome");
        if (facts is { Count: > 0 })
        {
            line.Member("f", facts);
        }

        if (state.Instance is null)
        {
            line.Member("d", state.Definition.DefinitionId);
            line.Member("dv", state.Definition.Version);
            if (context.Catalog.IsOwn(state.DefinitionRow))
            {
                // Shipped versions are known by their numbers, a bureau's own only by what is in them.
                line.Member("ds", Convert.ToBase64String(state.Definition.SourceHash.Span));
            }
        }

        if (resolved.Count > 0)
        {
            line.Member("w", resolved.ConvertAll(w => w.Items));
        }

        return line.Written;
    }

    /// <summary>What an act has beside visit and facts.</summary>
    private static (string Name, object? Value)? OwnOf(Act act) => act switch
    {
        Act.Extend extend => ("due", extend.Due),
        Act.Move move => ("to", move.Target),
        Act.Reassign reassign => ("to", reassign.Holder),
        Act.FireTimer timer => ("timer", timer.Timer),
        Act.DeliverEvent delivered => ("event", delivered.Event),
        Act.ReturnTo to => ("to", new object?[] { to.Target, to.Straight, to.By }),
        Act.AddParticipant add => ("ask", (object?[])[add.By, (long)add.Place, .. add.Signers.Select(signer => (object?)new object?[] { signer.Holder, signer.Post, (long)signer.Weight })]),
        Act.RemoveParticipant remove => ("out", new object?[] { (long)remove.Number, remove.By }),
        Act.Succeed succeed => ("from", new object?[] { succeed.From, succeed.To }),
        Act.Copy copy => ("for", copy.Holders.ToArray<object?>()),
        _ => null,
    };

    /// <summary>Opened and overtaken by the same act (an answer period that is over already): nobody ever had the task.</summary>
    private static bool IsFleeting(IReadOnlyList<Effect> effects, int visit) =>
        effects.Any(e => e is Effect.TaskOpened opened && opened.Visit == visit) && effects.Any(e => e is Effect.TaskClosed closed && closed.Visit == visit);

    private static int VisitOf(Act act) => act switch
    {
        Act.Complete a => a.Visit,
        Act.Withdraw a => a.Visit,
        Act.Reassign a => a.Visit,
        Act.Extend a => a.Visit,
        Act.FireTimer a => a.Visit,
        Act.DeliverEvent a => a.Visit,
        Act.Skip a => a.Visit,
        Act.ReturnTo a => a.Visit,
        Act.TakeBack a => a.Visit,
        Act.AddParticipant a => a.Visit,
        Act.RemoveParticipant a => a.Visit,
        Act.Copy a => a.Visit,
        _ => 0,
    };

    private static Facts? FactsOf(Act act) => act switch
    {
        Act.Start a => a.Input,
        Act.Complete a => a.Facts,
        Act.Withdraw a => a.Facts,
        Act.Reopen a => a.Facts,
        Act.Waive a => a.Facts,
        Act.Void a => a.Facts,
        Act.DeliverEvent a => a.Facts,
        Act.Skip a => a.Facts,
        Act.ReturnTo a => a.Facts,
        Act.Move a => a.Facts,
        Act.Cancel a => a.Facts,
        Act.Retry a => a.Facts,
        Act.Migrate a => a.Facts,
        _ => null,
    };

    private static string? OutcomeOf(Act act) =>
        FactsOf(act) is { } facts && facts.TryGetValue("outcome", out var outcome) ? outcome as string : null;

    /// <summary>A fact <c>round</c> names the round that an act files or judges; the case keeps the highest.</summary>
    private static int RoundsWith(Act act, int before) =>
        FactsOf(act) is { } facts && facts.TryGetValue("round", out var value) && value is long round ? (int)Math.Clamp(round, before, int.MaxValue) : before;

    private void OpenTask(CaseState state, int definition, Effect.TaskOpened task, int rounds, List<Resolved> resolved, CaseMessages messages)
    {
        var seed = state.Seed;
        var due = task.Deadline is null ? default((DateTimeOffset At, string? Calendar)?) : context.Deadlines.Resolve(region, task.Deadline, at);
        if (due is { } found)
        {
            resolved.Add(new(task.Visit, null, found.At, found.Calendar));
        }

        var next = due is null ? null : context.Deadlines.NextRung(region, state.Seed.NoticeId, due.Value.At, at);
        var post = SeatPost.Of(task.Post, region, task.Role, seed.UnitId, seed.DepartmentId, seed.SectionId);
        var (role, organisation) = (post.Role, post.OrganisationId);
        writes.TaskInserts.Add(
            state.Id, task.Visit, seed.RegionId, seed.NoticeId, definition, seed.UnitId, seed.DepartmentId, seed.SectionId, seed.ObjectId, task.ActivityId,
            task.Kind, task.Form, role, organisation, task.Returned, task.Kind == "fill" ? rounds + 1 : rounds, task.OpenedBy, at, due?.At, due?.Calendar, next?.Rung, next?.At);
        if (SeatPost.Person(task.Holder) is { } person)
        {
            writes.TaskPersons.Add(state.Id, task.Visit, person);
        }

        messages.TaskOpened(task, post, due?.At);
    }

    private void WriteCase(CaseState state, Instance instance, int seq, byte[] hash, int rounds, DateTimeOffset? endedAt)
    {
        var bytes = InstanceCodec.Write(instance);
        var seed = state.Seed;
        if (state.Instance is null)
        {
            writes.CaseInserts.Add(
                state.Id, state.DefinitionRow, seed.RegionId, seed.NoticeId, seed.OriginId, seed.UnitId, seed.DepartmentId, seed.SectionId, seed.ObjectId,
                (short)instance.Status, instance.Revision, seq, hash, bytes, rounds, at, endedAt);
        }
        else
        {
            writes.CaseUpdates.Add(state.Id, (short)instance.Status, instance.Revision, seq, hash, bytes, rounds, endedAt);
        }
    }

    /// <summary>One case per item, in this very transaction; nobody waits for the others.</summary>
    private void StartCases(CaseState state, Effect.CasesStarted started, CaseCommand command)
    {
        for (var n = 0; n < started.Items.Count; n++)
        {
            // The engine hands out each item as the input of its case, under Elsa's default name for it.
            var item = started.Items[n] is Facts input && input.TryGetValue("Item", out var inner) ? inner : started.Items[n];
            var start = command.Starts[Convert.ToInt64(item, CultureInfo.InvariantCulture)];
            var child = CaseState.New(start.CaseId, start.Seed with { DefinitionId = started.DefinitionId }, context.Catalog);
            var act = new Act.Start(start.Input);
            if (WorkflowEngine.Decide(child.Definition, null, act, at) is not Decision.Accepted accepted)
            {
                throw new InvalidOperationException($"Case {state.Id} could not start {started.DefinitionId} for item {item}.");
            }

            var own = new CaseCommand { Id = CommandId.OfEffect(state.Id, state.Revision + 1, n), CaseId = start.CaseId, Act = act, Actor = command.Actor };
            Record(child, act, own, accepted, Guid.Empty);
        }
    }
}
