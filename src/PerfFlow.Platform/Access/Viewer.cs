using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Access;

/// <summary>A role that somebody holds today, and where.</summary>
public sealed record Post(string Role, long OrganisationId, BodyKind Kind, string Code, string Name);

/// <summary>
/// Who is asking: a person of one region with the roles of the region's business date. Endpoints take it as a
/// parameter; the request has been authenticated when one exists.
/// </summary>
/// <param name="Today">The region's business date on which the roles were read.</param>
public sealed record Viewer(
    long UserId, string Name, int RegionId, string RegionName, DateOnly Today, IReadOnlyList<Post> Posts)
{
    private Reach? reach;

    /// <summary>代理: those for whom this person decides today what is reserved for them.</summary>
    public IReadOnlyList<StandIn> StandsInFor { get; init; } = [];

    /// <summary>The door where it is not a page or the API: <see cref="CommandLine"/>, where nobody signs in. Null = signed in.</summary>
    public string? Channel { get; init; }

    /// <summary>Somebody who can open the database named this person; the journal keeps that.</summary>
    public const string CommandLine = "command-line";

    /// <summary>Holds the role anywhere.</summary>
    public bool Has(string role) => Posts.Any(p => p.Role == role);

    /// <summary>Holds the role at that body; this is what a task asks.</summary>
    public bool Has(string role, long organisationId) =>
        Posts.Any(p => p.OrganisationId == organisationId && p.Role == role);

    /// <summary>The bodies at which the role is held.</summary>
    public IReadOnlyList<long> At(params ReadOnlySpan<string> roles)
    {
        var found = new List<long>();
        foreach (var post in Posts)
        {
            if (roles.Contains(post.Role) && !found.Contains(post.OrganisationId))
            {
                found.Add(post.OrganisationId);
            }
        }

        return found;
    }

    /// <summary>What follows from the roles, worked out once.</summary>
    internal Reach Reach => reach ??= Reach.Of(this);

    /// <summary>Lets an endpoint ask for the viewer as a parameter.</summary>
    public static ValueTask<Viewer?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(parameter);
        return ValueTask.FromResult(context.Features.Get<Viewer>());
    }
}
