using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Reviews;

/// <summary>One act of a case's trail, with what was said and by whom.</summary>
/// <param name="Act">As in the journal: Start, Complete, Withdraw, Reopen, Reassign, Extend, Waive, Void, FireTimer, ReturnTo, TakeBack, AddParticipant, RemoveParticipant, Succeed, Copy and the operator's acts.</param>
/// <param name="Outcome">Of a Complete.</param>
/// <param name="Actor">The person's name; null for the platform itself.</param>
/// <param name="Body">The body for which it was done; empty for the platform.</param>
/// <param name="Step">Name of the step that was decided; empty where none was.</param>
/// <param name="WorkingDays">From the opening of the step to the act; null where no step was decided.</param>
/// <param name="Hours">The same in hours.</param>
public sealed record TrailLine(
    int Seq, DateTimeOffset At, string Act, string? Outcome, int Visit, long ActorId, string? Actor, string Role, string Body, string Step, int? WorkingDays, double? Hours)
{
    /// <summary>代理: the absent colleague for whom the actor decided; null where nobody was away.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>加签, 减签, 委派, 抄送, 接替: of whom the act speaks.</summary>
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>加签 and 委派: Before, After, Beside or Asked.</summary>
    public string? Place { get; init; }

    /// <summary>Id of the case's definition.</summary>
    public string Definition { get; init; } = "";

    /// <summary>A step was decided by it at which nothing is filled in: what 审批单 lists.</summary>
    public bool Judges { get; init; }

    /// <summary>Round that was submitted or decided on; 0 where none was.</summary>
    public int Round { get; init; }

    /// <summary>Opinion, return text or reason, word for word.</summary>
    public string? Said { get; init; }

    /// <summary>Return reasons.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>0 优 … 3 差.</summary>
    public int? Rating { get; init; }

    /// <summary>On disputed answers, given with the decision.</summary>
    public IReadOnlyList<CommentVerdict> Verdicts { get; init; } = [];

    /// <summary>An answer period that passed without a word: consent.</summary>
    public bool Silence { get; init; }

    /// <summary>Worth a line: what somebody did, a delivered finding included, and silence; other timers and events are the engine's.</summary>
    public bool Told => Silence || Act is not ("FireTimer" or "DeliverEvent") || (Act == "DeliverEvent" && ActorId != 0);

    /// <summary>The new due instant of a return or an extension; of a request for one, what was asked for.</summary>
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>流转记录: the journal of one case in the words of those who acted, oldest first.</summary>
public sealed class ReadTrail(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, ParameterStore parameters)
{
    public async Task<IReadOnlyList<TrailLine>> RunAsync(FilingCase filing, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var id = filing.Case.Id;
        var journal = await db.Journal.AsNoTracking().Where(j => j.CaseId == id).OrderBy(j => j.Seq)
            .Select(j => new { j.Seq, j.At, j.Act, j.Outcome, j.Visit, j.Node, j.Role, j.OrganisationId, j.ActorId, j.VisitOpenedAt }).ToListAsync(ct);
        var deputies = await db.DeputyActs.AsNoTracking().Where(d => d.CaseId == id).ToDictionaryAsync(d => d.Seq, d => d.PersonId, ct);
        var asked = await db.AskedPeople.AsNoTracking().Where(a => a.CaseId == id).OrderBy(a => a.N).ToListAsync(ct);
        var shown = await db.Copies.AsNoTracking().Where(c => c.CaseId == id).OrderBy(c => c.N).ToListAsync(ct);
        var actors = journal.Select(j => j.ActorId).Concat(deputies.Values).Concat(asked.Select(a => a.PersonId)).Concat(shown.Select(c => c.PersonId)).Distinct().ToList();
        var bodies = journal.Select(j => j.OrganisationId).Distinct().ToList();
        var people = await db.Users.AsNoTracking().Where(u => actors.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        var names = await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        var reasons = await db.ActReasons.AsNoTracking().Where(r => r.CaseId == id).ToListAsync(ct);
        var measures = await db.CaseMeasures.AsNoTracking().Where(m => m.CaseId == id).ToListAsync(ct);
        var calendar = parameters.Calendar(filing.Case.RegionId);
        // Where an answer may be Accept, the timer beside it says the same.
        var awaits = catalog.StepsOf(filing.Case.Definition).Any(s => s.Outcomes.Contains("Accept"));
        var filled = filing.Steps.Where(s => s.Kind == "fill").Select(s => s.ActivityId).ToHashSet(StringComparer.Ordinal);
        return [.. journal.Select(j =>
        {
            var round = filing.AllRounds.FirstOrDefault(r => r.Seq == j.Seq);
            var opinion = filing.Opinions.FirstOrDefault(o => o.Seq == j.Seq);
            var sentBack = filing.Returns.FirstOrDefault(r => r.Seq == j.Seq);
            var measure = measures.FirstOrDefault(m => m.Seq == j.Seq);
            var extension = filing.Extensions.FirstOrDefault(e => e.Seq == j.Seq);
            return new TrailLine(
                j.Seq,
                j.At,
                j.Act,
                j.Outcome,
                j.Visit,
                j.ActorId,
                people.GetValueOrDefault(j.ActorId),
                j.Role,
                names.GetValueOrDefault(j.OrganisationId, ""),
                j.Node is { } node ? catalog.StepName(filing.Case.Definition, node) : "",
                j.VisitOpenedAt is { } opened ? calendar.WorkingDaysBetween(BusinessDay.Of(opened), BusinessDay.Of(j.At)) : null,
                j.VisitOpenedAt is { } from ? Math.Max(0, (j.At - from).TotalHours) : null)
            {
                OnBehalfOf = deputies.TryGetValue(j.Seq, out var absent) ? people.GetValueOrDefault(absent) : null,
                People = [.. asked.Where(a => a.Seq == j.Seq).Select(a => a.PersonId).Concat(shown.Where(c => c.Seq == j.Seq).Select(c => c.PersonId)).Select(person => people.GetValueOrDefault(person, ""))],
                Place = asked.Find(a => a.Seq == j.Seq)?.Place,
                Definition = filing.Definition,
                Judges = j.Act is "Complete" or "ReturnTo" && j.Node is { } judged && !filled.Contains(judged),
                Silence = awaits && j.Act == "FireTimer",
                Round = round?.Round ?? opinion?.Round ?? sentBack?.Round ?? 0,
                Said = Said(opinion?.Text) ?? sentBack?.Text ?? Said(measure?.Reason) ?? reasons.FirstOrDefault(r => r.Seq == j.Seq)?.Text ?? Said(shown.Find(c => c.Seq == j.Seq)?.Text),
                Codes = sentBack is null ? [] : sentBack.Reasons.Split(','),
                Rating = int.TryParse(opinion?.Rating, System.Globalization.CultureInfo.InvariantCulture, out var rating) ? rating : null,
                Verdicts = [.. filing.Verdicts.Where(v => v.Seq == j.Seq).Select(v => new CommentVerdict(v.Number, v.Verdict))],
                DueAt = sentBack?.DueAt ?? measure?.DueAt ?? extension?.DueAt,
            };
        })];
    }

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
