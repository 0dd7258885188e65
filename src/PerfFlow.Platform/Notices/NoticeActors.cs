using System.Security.Cryptography;
using System.Text;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Notices;

/// <summary>In which capacity a viewer acts on notices; asked only after <c>May</c> said yes.</summary>
internal static class NoticeActors
{
    /// <summary>绩效科.</summary>
    public static Actor Performance(Viewer viewer) => As(viewer, Roles.Performance);

    /// <summary>局领导.</summary>
    public static Actor Leader(Viewer viewer) => As(viewer, Roles.Leader);

    /// <summary>The viewer in this role, at the first body where it is held.</summary>
    public static Actor As(Viewer viewer, string role) => new(viewer.UserId, role, viewer.At(role)[0]);
}

/// <summary>Facts hold no text that people wrote, only what proves it later.</summary>
internal static class NoticeFacts
{
    /// <summary>SHA-256 of a text, in hexadecimal.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
