using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Handover;

/// <summary>How a delegation stands on the business date.</summary>
public enum DelegationState
{
    /// <summary>Named for days to come. Goes to <see cref="Running"/>, or <see cref="Ended"/> when it is called off.</summary>
    Coming,

    /// <summary>The deputy decides. Goes to <see cref="Ended"/> after its last day, or early.</summary>
    Running,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>A delegation with the words that people know it by.</summary>
public sealed record DelegationLine(
    long Id, long PersonId, string Person, long DeputyId, string Deputy, string Role, string Body, DateOnly From, DateOnly To, string Reason, DateTimeOffset? EndedAt, DelegationState State);

/// <summary>A colleague who may stand in at one of the viewer's posts.</summary>
public sealed record DeputyChoice(string Role, long OrganisationId, string Body, long UserId, string Name);

/// <summary>The viewer's delegations, newest first, those given and those received, and who may be named.</summary>
public sealed record DelegationsView(IReadOnlyList<DelegationLine> Given, IReadOnlyList<DelegationLine> Received, IReadOnlyList<DeputyChoice> Choices, DateOnly Today);

/// <summary>Reads the delegations that concern a person.</summary>
public sealed class ReadDelegations(IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    /// <summary>Older ones are in the journal of the region.</summary>
    private const int Most = 50;

    /// <summary>Posts that hold tasks: only these can be stood in for.</summary>
    private static readonly string[] Holding =
        [Roles.Unit, Roles.Department, Roles.Section, Roles.Performance, Roles.Leader, Roles.Budget, Roles.Treasury, Roles.Agency];

    public static IEnumerable<Post> PostsOf(Viewer viewer) => viewer.Posts.Where(p => Holding.Contains(p.Role));

    public async Task<DelegationsView> RunAsync(Viewer viewer, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        var (user, today) = (viewer.UserId, clock.Today(viewer.RegionId));
        var rows = await db.Delegations.AsNoTracking().Where(d => d.RegionId == viewer.RegionId && (d.PersonId == user || d.DeputyId == user))
            .Join(db.Users, d => d.PersonId, u => u.Id, (d, u) => new { d, Person = u.Name })
            .Join(db.Users, x => x.d.DeputyId, u => u.Id, (x, u) => new { x.d, x.Person, Deputy = u.Name })
            .Join(db.Organisations, x => x.d.OrganisationId, o => o.Id, (x, o) => new { x.d, x.Person, x.Deputy, Body = o.Name })
            .OrderByDescending(x => x.d.FromDay).ThenByDescending(x => x.d.Id).Take(Most).ToListAsync(ct);
        var lines = rows.ConvertAll(x => new DelegationLine(
            x.d.Id, x.d.PersonId, x.Person, x.d.DeputyId, x.Deputy, x.d.Role, x.Body, x.d.FromDay, x.d.ToDay, x.d.Reason, x.d.EndedAt, StateOf(x.d, today)));
        var choices = new List<DeputyChoice>();
        foreach (var post in PostsOf(viewer))
        {
            var people = await Colleagues.At(db, post.Role, post.OrganisationId, today).Where(u => u.Id != user).OrderBy(u => u.Name).ThenBy(u => u.Id)
                .Select(u => new { u.Id, u.Name }).ToListAsync(ct);
            choices.AddRange(people.Select(p => new DeputyChoice(post.Role, post.OrganisationId, post.Name, p.Id, p.Name)));
        }

        return new DelegationsView(lines.FindAll(l => l.PersonId == user), lines.FindAll(l => l.DeputyId == user), choices, today);
    }

    internal static DelegationState StateOf(Delegation of, DateOnly today) =>
        of.EndedAt is not null || of.ToDay < today ? DelegationState.Ended : of.FromDay > today ? DelegationState.Coming : DelegationState.Running;
}
