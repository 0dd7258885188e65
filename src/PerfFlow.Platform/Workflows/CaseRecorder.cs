using System.Globalization;
using System.Text.Json;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Workflows;

/// <summary>Turns an accepted decision into the rows that make it so: case, tasks, timers, waits, journal, outbox, command.</summary>
internal sealed class CaseRecorder(CaseBatch.Context context, CaseWrites writes, Region region, DateTimeOffset at, DateTimeOffset recordedAt)
{
    public CaseAnswer Record(CaseState state, Act act, CaseCommand command, Decision.Accepted decision, Guid content)
    {
        var seq = state.HeadSeq + 1;
        var visit = VisitOf(act);
        var decided = state.Tasks.Find(t => t.Visit == visit);
        var rounds = RoundsWith(act, state.Rounds);
        var opened = new List<int>();
        var resolved = new List<(string Name, DateTimeOffset Due, string? Calendar)>();
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
                    OpenTask(state, task, rounds, resolved, messages);
                    break;
                case Effect.TaskClosed task:
                    writes.TaskDeletes.Add(state.Id, task.Visit);
                    messages.TaskClosed(task);
                    break;
                case Effect.TaskReassigned task:
                    writes.TaskPersons.Add(state.Id, task.Visit, task.Holder is null ? (long?)null : long.Parse(task.Holder, CultureInfo.InvariantCulture));
                    break;
                case Effect.TaskExtended task:
                    var next = context.Deadlines.NextRung(region, state.Seed.NoticeId, task.Due, at);
                    writes.TaskDues.Add(state.Id, task.Visit, task.Due, next?.Rung, next?.At);
                    break;
                case Effect.TimerSet timer:
                    var due = context.Deadlines.Resolve(region, timer.When, at);
                    resolved.Add((timer.Name, due.At, due.Calendar));
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
                case Effect.CasesStarted started:
                    StartCases(state, started, command);
                    break;
            }
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

        var line = JournalLine.Write(command.Id, hashes, json =>
        {
            WriteAct(json, act, line: true);
            if (state.Instance is null)
            {
                json.WriteString("d", state.Definition.DefinitionId);
                json.WriteNumber("dv", state.Definition.Version);
                if (context.Catalog.IsOwn(state.DefinitionRow))
                {
                    // Shipped versions are known by their numbers, a bureau's own only by what is in them.
                    json.WriteBase64String("ds", state.Definition.SourceHash.Span);
                }
            }

            if (resolved.Count > 0)
            {
                json.WriteStartArray("w");
                foreach (var (name, due, calendar) in resolved)
                {
                    json.WriteStartArray();
                    json.WriteStringValue(name);
                    json.WriteNumberValue(due.ToUnixTimeMilliseconds());
                    json.WriteStringValue(calendar);
                    json.WriteEndArray();
                }

                json.WriteEndArray();
            }
        });
        var columns = new JournalColumns(
            state.Id, seq, visit, decided?.Node, act.Name, outcome, command.Actor.Role, command.Actor.OrganisationId, command.Actor.UserId, JournalColumns.Microseconds(at),
            JournalColumns.Microseconds(recordedAt), decided is null ? null : JournalColumns.Microseconds(decided.VisitOpenedAt));
        var hash = columns.Hash(state.HeadHash, line);
        writes.Journal.Add(
            state.Id, seq, line, hash, visit, decided?.Node, act.Name, outcome, command.Actor.Role, command.Actor.OrganisationId, command.Actor.UserId, at, recordedAt, decided?.VisitOpenedAt);
        WriteCase(state, decision.Instance, seq, hash, rounds, endedAt);
        writes.Commands.Add(command.Id, content, command.Actor.UserId, state.Id, seq, DateOnly.FromDateTime(recordedAt.UtcDateTime));
        return new CaseAnswer(state.Id, decision.Instance.Revision, seq, Repeated: false) { Status = decision.Instance.Status, Opened = opened };
    }

    /// <summary>
    /// What the engine was asked: as array items, whole, for a content hash; or as members of a journal line, without act, visit
    /// and outcome, which stand in its columns.
    /// </summary>
    public static void WriteAct(Utf8JsonWriter json, Act act, bool line)
    {
        void Name(string name)
        {
            if (line)
            {
                json.WritePropertyName(name);
            }
            else
            {
                json.WriteStringValue(name);
            }
        }

        if (!line)
        {
            json.WriteStringValue(act.Name);
            if (VisitOf(act) is var visit and > 0)
            {
                Name("v");
                json.WriteNumberValue(visit);
            }
        }

        switch (act)
        {
            case Act.Extend extend:
                Name("due");
                json.WriteNumberValue(extend.Due.ToUnixTimeMilliseconds());
                break;
            case Act.Move move:
                Name("to");
                json.WriteStringValue(move.Target);
                break;
            case Act.Reassign reassign:
                Name("to");
                json.WriteStringValue(reassign.Holder);
                break;
            case Act.FireTimer timer:
                Name("timer");
                json.WriteStringValue(timer.Timer);
                break;
            case Act.DeliverEvent delivered:
                Name("event");
                json.WriteStringValue(delivered.Event);
                break;
        }

        var facts = FactsOf(act);
        if (line && OutcomeOf(act) is not null)
        {
            facts = facts!.Without("outcome");
        }

        if (facts is { Count: > 0 })
        {
            Name("f");
            facts.WriteTo(json);
        }
    }

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
        Act.Move a => a.Facts,
        Act.Cancel a => a.Facts,
        Act.Retry a => a.Facts,
        _ => null,
    };

    private static string? OutcomeOf(Act act) =>
        FactsOf(act) is { } facts && facts.TryGetValue("outcome", out var outcome) ? outcome as string : null;

    /// <summary>A fact <c>round</c> names the round that an act files or judges; the case keeps the highest.</summary>
    private static int RoundsWith(Act act, int before) =>
        FactsOf(act) is { } facts && facts.TryGetValue("round", out var value) && value is long round ? (int)Math.Clamp(round, before, int.MaxValue) : before;

    private void OpenTask(CaseState state, Effect.TaskOpened task, int rounds, List<(string, DateTimeOffset, string?)> resolved, CaseMessages messages)
    {
        var seed = state.Seed;
        var due = task.Deadline is null ? default((DateTimeOffset At, string? Calendar)?) : context.Deadlines.Resolve(region, task.Deadline, at);
        if (due is { } found)
        {
            resolved.Add((task.ActivityId, found.At, found.Calendar));
        }

        var next = due is null ? null : context.Deadlines.NextRung(region, state.Seed.NoticeId, due.Value.At, at);
        var organisation = StepHolder.Of(region, task.Role, seed.UnitId, seed.DepartmentId, seed.SectionId);
        writes.TaskInserts.Add(
            state.Id, task.Visit, seed.RegionId, seed.NoticeId, state.DefinitionRow, seed.UnitId, seed.DepartmentId, seed.SectionId, seed.ObjectId, task.ActivityId,
            task.Kind, task.Form, task.Role, organisation, task.Returned, task.Kind == "fill" ? rounds + 1 : rounds, task.OpenedBy, at, due?.At, due?.Calendar, next?.Rung, next?.At);
        messages.TaskOpened(task, organisation, due?.At);
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
