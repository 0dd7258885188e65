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
/// <param name="Visit">Their open or last visit; 0 = none yet.</param>
/// <param name="Mode">How the step is decided by several as its definition says; null = by those alone who were asked.</param>
public sealed record SignerLine(
    int Step, string StepName, int Number, int Order, ParticipantPlace Place, ParticipantState State, string Name, string Body, int Weight, string? AddedBy, string? Outcome, DateTimeOffset ChangedAt, bool MayRemove,
    int Visit, CountersignMode? Mode)
{
    /// <summary>Signed, answered or returned.</summary>
    public bool Decided => State is ParticipantState.Approved or ParticipantState.Dissented or ParticipantState.Replied;

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
    /// <summary>To whom it was shown before, newest first; empty unless this reader may show it.</summary>
    public IReadOnlyList<ShownLine> Shown { get; init; } = [];

    /// <summary>Those of a stay that is not over.</summary>
    public IReadOnlyList<SignerLine> Now => SignerLine.Now(Lines);
}

/// <summary>Reads who signs, for page and API.</summary>
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
            decision)
        {
            Shown = await ReadCopies.OfCaseAsync(db, caseId, ct),
        };
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
                adder?.PersonId == viewer.UserId && (seat.State is ParticipantState.Waiting or ParticipantState.Open),
                seat.Visit,
                filing.StepOf(seat.Node)?.Countersign?.Mode);
        });
    }
}
