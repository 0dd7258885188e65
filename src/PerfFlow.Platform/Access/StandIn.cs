using PerfFlow.Platform.Handover;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Access;

/// <summary>代理: somebody for whom the viewer decides today, at a post that the viewer holds as well.</summary>
/// <param name="PersonId">Who is away.</param>
/// <param name="Name">The name that pages and trail show beside the deputy's.</param>
/// <param name="Role">The post …</param>
/// <param name="OrganisationId">… and its body.</param>
/// <param name="Through">The delegations that lead from the absent person to the viewer; each must still run when an act is decided.</param>
public sealed record StandIn(long PersonId, string Name, string Role, long OrganisationId, IReadOnlyList<Guard> Through);

/// <summary>A delegation of today, as one step from the absent person to the deputy.</summary>
internal sealed record StandInStep(long Id, int Version, long PersonId, string Name, long DeputyId, string Role, long OrganisationId);

/// <summary>Who stands in for whom, and what an act on somebody's behalf carries.</summary>
public static class StandIns
{
    /// <summary>Everybody for whom this person stands in: directly, or because the deputy whom somebody named is away too.</summary>
    internal static List<StandIn> Of(long userId, IReadOnlyList<StandInStep> today)
    {
        var found = new List<StandIn>();
        var queue = new Queue<(long Deputy, StandIn? Behind)>([(userId, null)]);
        while (queue.TryDequeue(out var at))
        {
            foreach (var step in today.Where(s => s.DeputyId == at.Deputy && (at.Behind is not { } post || (post.Role == s.Role && post.OrganisationId == s.OrganisationId))))
            {
                if (step.PersonId == userId || found.Exists(f => f.PersonId == step.PersonId && f.Role == step.Role && f.OrganisationId == step.OrganisationId))
                {
                    continue;
                }

                var standIn = new StandIn(step.PersonId, step.Name, step.Role, step.OrganisationId, [.. at.Behind?.Through ?? [], new Guard(Delegation.Table, step.Id, step.Version)]);
                found.Add(standIn);
                queue.Enqueue((step.PersonId, standIn));
            }
        }

        return found;
    }

    /// <summary>For whom the viewer would decide this task; null where the task needs no deputy, or the viewer is none.</summary>
    public static StandIn? StandingInFor(this Viewer viewer, TaskRow task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return viewer.StandingInFor(task.PersonId, task.Role, task.OrganisationId);
    }

    /// <summary>The same of a task known by its holder alone.</summary>
    public static StandIn? StandingInFor(this Viewer viewer, long? reservedFor, string role, long organisationId)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        return reservedFor is { } person && person != viewer.UserId
            ? viewer.StandsInFor.FirstOrDefault(s => s.PersonId == person && s.Role == role && s.OrganisationId == organisationId)
            : null;
    }

    /// <summary>
    /// The decision of a task in the name of who gives it: of the post that holds the task, and where somebody stands in, with
    /// the absent person beside the actor, as a row of the trail, as long as the delegation runs.
    /// </summary>
    public static CaseCommand SignedBy(this CaseCommand command, Viewer viewer, TaskRow task)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(task);
        var actor = new Actor(viewer.UserId, task.Role, task.OrganisationId);
        return viewer.StandingInFor(task) is not { } absent
            ? command with { Actor = actor }
            : command with
            {
                Actor = actor with { OnBehalfOf = absent.PersonId },
                Guards = [.. command.Guards, .. absent.Through],
                Rows = [.. command.Rows, DeputyAct.Of(absent)],
            };
    }
}
