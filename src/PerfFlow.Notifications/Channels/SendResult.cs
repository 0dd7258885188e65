namespace PerfFlow.Notifications.Channels;

/// <summary>How an attempt ended.</summary>
/// <param name="Error">Null when the other side took it.</param>
/// <param name="Permanent">Another attempt would end the same way.</param>
internal readonly record struct SendResult(string? Error, bool Permanent)
{
    public static SendResult Taken => default;

    public static SendResult Failed(string error, bool permanent = false) => new(error, permanent);
}
