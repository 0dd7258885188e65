using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Signers;

/// <summary>Whom the holder of a step asks.</summary>
/// <param name="Visit">The open visit as it was shown.</param>
/// <param name="Place">Before, after or beside the one who asks; Asked = 委派, which only answers.</param>
/// <param name="People">User ids.</param>
/// <param name="Reason">Why, 5 to 500 characters; kept in the trail and shown to those who are asked.</param>
public sealed record SignersAsked(int Visit, ParticipantPlace Place, IReadOnlyList<long> People, string Reason);

/// <summary>加签 and 委派: the holder of an open review asks others to sign with them, or to answer.</summary>
public sealed class AddSigners(FilingCases filings, WorkflowRunner runner, RegionClock clock, IEnumerable<IDecisionPart> parts, IDbContextFactory<PlatformDb> databases)
{
    /// <summary>Refusals: not-found, task-not-yours, visit-closed, signers-unknown, signers-one-judges, reason-too-short, and those of the engine.</summary>
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long caseId, SignersAsked asked, Guid commandId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(asked);
        if (await runner.RepeatedAsync(viewer.UserId, commandId, ct) is { } before)
        {
            return before;
        }

        var found = HeldStep.Of(viewer, await filings.FindAsync(viewer, caseId, ct), asked.Visit, clock);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var held = found.Value;
        if (asked.Place is not (ParticipantPlace.Before or ParticipantPlace.After or ParticipantPlace.Beside or ParticipantPlace.Asked))
        {
            return new Refusal("signers-place") { Field = "place" };
        }

        // What is judged line by line has one hand: two could not close and return the same line.
        if (asked.Place != ParticipantPlace.Asked && parts.Any(part => part.Definition == held.Filing.Definition))
        {
            return new Refusal("signers-one-judges") { Field = "place" };
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var may = (await Candidates.ToSignAsync(db, held, viewer.UserId, clock, ct)).ToDictionary(c => c.UserId);
        if (asked.People.Contains(viewer.UserId))
        {
            return new Refusal("self-participant") { Field = "people" };
        }

        if (asked.People.Count == 0 || asked.People.Any(person => !may.ContainsKey(person)))
        {
            return new Refusal("signers-unknown") { Field = "people" };
        }

        if (HeldStep.CheckReason(asked.Reason) is { } unsaid)
        {
            return unsaid;
        }

        return await runner.RunAsync(
            new CaseCommand
            {
                Id = commandId,
                CaseId = caseId,
                Act = new Act.AddParticipant(
                    asked.Visit, HeldStep.By(viewer, held.Task), asked.Place, [.. asked.People.Select(person => SeatPost.Signer(person, may[person].Post == held.Post ? null : may[person].Post))]),
                Actor = new Actor(viewer.UserId, held.Task.Role, held.Task.OrganisationId),
                Rows = [ActReason.Of("AddParticipant", asked.Reason.Trim()), .. asked.People.Select(person => AskedRow.Of(person, asked.Place.ToString()))],
            }.SignedBy(viewer, held.Task),
            ct);
    }
}
