using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Signers;

/// <summary>A seat as people see it.</summary>
/// <param name="Step">The stay at the step: what <c>remove</c> names.</param>
/// <param name="Name">Of the person; empty while it belongs to whoever holds the post.</param>
/// <param name="Body">The post's body; empty = the step's own.</param>
/// <param name="AddedBy">Name of the one who asked them; null = nobody did.</param>
/// <param name="MayRemove">This reader asked them, and they have not decided.</param>
public sealed record SignerLine(
    int Step, string StepName, int Number, int Order, ParticipantPlace Place, ParticipantState State, string Name, string Body, int Weight, string? AddedBy, string? Outcome, DateTimeOffset ChangedAt, bool MayRemove)
{
    /// <summary>Those of a stay that is not over.</summary>
    public static IReadOnlyList<SignerLine> Now(IReadOnlyList<SignerLine> lines) => [.. lines.Where(l => lines.Any(o => o.Step == l.Step && o.State == ParticipantState.Open))];
}

/// <summary>The people at the steps of a case, and what this reader may do among them.</summary>
/// <param name="Lines">Of the newest stay first, in the order in which they sign.</param>
/// <param name="MayAsk">Whom this reader may ask; empty unless they hold the open review.</param>
/// <param name="MayShow">To whom they may show it.</param>
/// <param name="Targets">Where they may return it to.</param>
/// <param name="TakeBack">Their last decision; null where there is none.</param>
public sealed record SignersView(
    long CaseId, int? Visit, IReadOnlyList<SignerLine> Lines, IReadOnlyList<Candidate> MayAsk, IReadOnlyList<Candidate> MayShow, IReadOnlyList<ReturnTarget> Targets, Takeable? TakeBack)
{
    /// <summary>Those of a stay that is not over.</summary>
    public IReadOnlyList<SignerLine> Now => SignerLine.Now(Lines);
}

/// <summary>A case that was shown to the reader.</summary>
public sealed record CopyLine(long CaseId, string Project, string Unit, string By, DateTimeOffset At, string Text);

/// <summary>Reads who signs, for page and API; and what was shown to the reader (抄送我).</summary>
public sealed class ReadSigners(FilingCases filings, ReturnToStep returns, TakeBackDecision takeBack, RegionClock clock, IDbContextFactory<PlatformDb> databases)
{
    /// <summary>Refusals: not-found.</summary>
    public async Task<Outcome<SignersView>> RunAsync(Viewer viewer, long caseId, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        return found.Refusal is { } missing ? missing : await OfAsync(viewer, found.Value, ct);
    }

    public async Task<SignersView> OfAsync(Viewer viewer, FilingCase filing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(filing);
        await using var db = await databases.CreateDbContextAsync(ct);
        var caseId = filing.Case.Id;
        var lines = await LinesAsync(db, viewer, filing, ct);
        var decision = await takeBack.FindAsync(viewer, filing, ct);
        if (filing.Task is not { } task || HeldStep.Of(viewer, filing, task.Visit, clock) is not { Ok: true, Value: var held })
        {
            return new SignersView(caseId, null, lines, [], [], [], decision);
        }

        var answers = filing.Seat?.Place == ParticipantPlace.Asked;
        return new SignersView(
            caseId,
            task.Visit,
            lines,
            answers ? [] : await Candidates.ToSignAsync(db, held, viewer.UserId, clock, ct),
            await Candidates.ToReadAsync(db, filing, viewer.UserId, clock, ct),
            answers ? [] : await returns.TargetsAsync(viewer, held, ct),
            decision);
    }

    /// <summary>Who signs or signed, the newest stay first.</summary>
    internal static async Task<IReadOnlyList<SignerLine>> LinesAsync(PlatformDb db, Viewer viewer, FilingCase filing, CancellationToken ct)
    {
        var caseId = filing.Case.Id;
        var seats = await db.Participants.AsNoTracking().Where(p => p.CaseId == caseId).ToListAsync(ct);
        // As they sign: those who were asked first, whoever asked them, those who sign afterwards.
        seats = [.. seats.OrderByDescending(p => p.Step).ThenBy(p => p.Ord).ThenBy(p => p.Place switch { ParticipantPlace.Before or ParticipantPlace.Asked => 0, ParticipantPlace.After => 2, _ => 1 }).ThenBy(p => p.Number)];
        var people = seats.Select(s => s.PersonId).OfType<long>().Distinct().ToList();
        var bodies = seats.Select(s => s.OrganisationId).OfType<long>().Distinct().ToList();
        var names = people.Count == 0 ? [] : await db.Users.AsNoTracking().Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        var posts = bodies.Count == 0 ? [] : await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        return seats.ConvertAll(seat =>
        {
            var adder = seats.Find(s => s.Step == seat.Step && s.Number == seat.AddedBy);
            return new SignerLine(
                seat.Step, filing.StepOf(seat.Node)?.Name ?? seat.Node, seat.Number, seat.Ord, seat.Place, seat.State, seat.PersonId is { } id ? names.GetValueOrDefault(id, "") : "",
                seat.OrganisationId is { } body ? posts.GetValueOrDefault(body, "") : "", seat.Weight, adder?.PersonId is { } by ? names.GetValueOrDefault(by, "") : null, seat.Outcome, seat.ChangedAt,
                adder?.PersonId == viewer.UserId && (seat.State is ParticipantState.Waiting or ParticipantState.Open));
        });
    }

    /// <summary>抄送我: newest first, of the cases that the reader still sees; at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<CopyLine>> CopiesAsync(Viewer viewer, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.Copies.AsNoTracking().Where(c => c.PersonId == viewer.UserId)
            .Join(db.Cases.AsNoTracking().VisibleTo(viewer), c => c.CaseId, s => s.Id, (c, s) => new { c.CaseId, c.Seq, c.At, c.Text, s.ObjectId, s.UnitId })
            .Join(db.Projects, c => c.ObjectId, p => p.Id, (c, p) => new { c.CaseId, c.Seq, c.At, c.Text, c.UnitId, Project = p.Name })
            .Join(db.Organisations, c => c.UnitId, o => o.Id, (c, o) => new { c.CaseId, c.Seq, c.At, c.Text, c.Project, Unit = o.Name })
            .Join(db.Journal, c => new { c.CaseId, c.Seq }, j => new { j.CaseId, j.Seq }, (c, j) => new { c.CaseId, c.At, c.Text, c.Project, c.Unit, j.ActorId })
            .Join(db.Users, c => c.ActorId, u => u.Id, (c, u) => new { c.CaseId, c.At, c.Text, c.Project, c.Unit, By = u.Name })
            .OrderByDescending(c => c.At).Take(limit).ToListAsync(ct);
        return found.ConvertAll(c => new CopyLine(c.CaseId, c.Project, c.Unit, c.By, c.At, c.Text));
    }
}
