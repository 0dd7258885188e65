using PerfFlow.Platform.Access;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Organisation;

/// <summary>The author of a journal line about the organisation.</summary>
internal static class Actors
{
    /// <summary>The viewer in the role they used; the platform itself where nobody asked.</summary>
    public static Actor Of(Viewer? viewer, string role) => viewer is null
        ? Actor.Platform
        : new Actor(viewer.UserId, role, viewer.At(role) is [var body, ..] ? body : 0);
}
