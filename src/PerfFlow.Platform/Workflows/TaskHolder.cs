namespace PerfFlow.Platform.Workflows;

/// <summary>
/// The one rule of who decides an open task. Pages and inbox ask it through <c>AccessPolicy</c>, the runner once more under the
/// lock of the case.
/// </summary>
public static class TaskHolder
{
    /// <summary>May this person decide the task?</summary>
    /// <param name="hasPost">Holds the task's role at the task's body.</param>
    /// <param name="reservedFor">The one person to whom it was handed; null = it belongs to the whole body.</param>
    /// <param name="userId">Who asks.</param>
    /// <param name="onBehalfOf">代理: the absent colleague of the same post for whom the asker stands in; null = nobody.</param>
    public static bool Holds(bool hasPost, long? reservedFor, long userId, long? onBehalfOf) => reservedFor switch
    {
        null => hasPost,
        { } person when person == userId => true,
        { } person => hasPost && person == onBehalfOf,
    };
}
