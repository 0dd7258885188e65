using System.Text;
using System.Text.Json;
using PerfFlow.Engine;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// What other services are told of an act: rows of the outbox, written in the act's own transaction. A row holds only
/// ids; names, addresses and texts are added when it is published, so that an act costs
/// no look-up of people while cases are locked.
/// </summary>
internal sealed class CaseMessages(RowSet outbox, CaseState state, int revision, Region region, DateTimeOffset at, DateTimeOffset recordedAt)
{
    private int count;

    public void TaskOpened(Effect.TaskOpened task, SeatPost post, DateTimeOffset? due)
    {
        var type = task.Returned ? "case:SubmissionReturned"
            : state.Instance is null && state.Seed.NoticeId is not null ? "case:NoticeIssued"
            : "case:TaskOpened";
        Add(type, task.Visit, json =>
        {
            json.WriteString("node", task.ActivityId);
            json.WriteString("role", post.Role);
            json.WriteNumber("organisation", post.OrganisationId);
            if (SeatPost.Person(task.Holder) is { } person)
            {
                json.WriteNumber("person", person);
            }

            json.WriteNumber("openedBy", task.OpenedBy);
            if (due is { } instant)
            {
                json.WriteNumber("due", instant.ToUnixTimeMilliseconds());
            }
        });
    }

    public void TaskClosed(Effect.TaskClosed task) => Add("case:TaskClosed", task.Visit, json => json.WriteString("why", task.Why));

    /// <summary>One row for all of them: each is told that the case was shown to them.</summary>
    public void Copied(Effect.Copied copied, long by) => Add("case:CaseCopied", copied.Visit, json =>
    {
        json.WriteNumber("by", by);
        json.WriteStartArray("people");
        foreach (var holder in copied.Holders)
        {
            json.WriteNumberValue(SeatPost.Person(holder)!.Value);
        }

        json.WriteEndArray();
    });

    private void Add(string type, int visit, Action<Utf8JsonWriter> rest)
    {
        using var scratch = JsonScratch.Rent();
        var json = scratch.Writer;
        json.WriteStartObject();
        json.WriteNumber("region", region.Id);
        json.WriteNumber("case", state.Id);
        json.WriteNumber("revision", revision);
        json.WriteNumber("visit", visit);
        json.WriteNumber("at", at.ToUnixTimeMilliseconds());
        rest(json);
        json.WriteEndObject();
        outbox.Add(CommandId.OfEffect(state.Id, revision, ++count), type, Encoding.UTF8.GetString(scratch.Written), recordedAt);
    }
}
