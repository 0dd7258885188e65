using System.Globalization;
using PerfFlow.Engine;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// How people stand in a case: the engine keeps a person as text and hands it back, and where somebody signs who does not hold the
/// step's own post, the post in which they do.
/// </summary>
public sealed record SeatPost(string Role, long OrganisationId)
{
    /// <summary>A person who is to sign in a post of theirs; null as <paramref name="post"/> = that of the step.</summary>
    public static Signer Signer(long person, SeatPost? post) => new(Holder(person), post is null ? null : string.Create(CultureInfo.InvariantCulture, $"{post.Role}/{post.OrganisationId}"));

    public static string Holder(long person) => person.ToString(CultureInfo.InvariantCulture);

    public static long? Person(string? holder) => holder is null ? null : long.Parse(holder, CultureInfo.InvariantCulture);

    /// <summary>The post in which a step is decided: that of the seat where it names one, else the role at the body that holds the step.</summary>
    internal static SeatPost Of(string? post, Region region, string role, long unitId, long departmentId, long sectionId) =>
        Read(post) ?? new SeatPost(role, StepHolder.Of(region, role, unitId, departmentId, sectionId));

    internal static SeatPost? Read(string? post) => post?.Split('/') is [var role, var organisation] ? new SeatPost(role, long.Parse(organisation, CultureInfo.InvariantCulture)) : null;
}
